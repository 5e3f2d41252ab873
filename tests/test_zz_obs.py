from tests.test_query_budgets import *
from tests.test_query_budgets import cast
def test_o(cast):
    print(queries_by_page(cast)); print(queries_by_button(cast))
