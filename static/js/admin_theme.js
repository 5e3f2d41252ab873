// Django's admin reads its theme from the root element; the portal's theme stands in a meta element.
"use strict";
{
  const theme = document.querySelector("meta[name=theme]").content;
  document.documentElement.dataset.theme = theme === "light" || theme === "dark" ? theme : "auto";
}
