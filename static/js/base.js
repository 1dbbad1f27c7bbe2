// Small helps of every page; each screen works without them.

// A message is hidden by its button, shown only when a script can act on it.
for (const bouton of document.querySelectorAll("[data-cio-fermer]")) {
  bouton.hidden = false;
  bouton.addEventListener("click", () => bouton.parentElement.remove());
}

// Header menus are <details>: they close on Escape and when one clicks elsewhere.
const menusOuverts = () => document.querySelectorAll("details[data-cio-menu][open]");
document.addEventListener("click", (evenement) => {
  for (const menu of menusOuverts()) {
    if (!menu.contains(evenement.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (evenement) => {
  if (evenement.key !== "Escape") return;
  for (const menu of menusOuverts()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// After a refused form the reader lands on the list of what to correct.
document.querySelector("[data-cio-focus]")?.focus();

// A form is sent once, however many times its button is pressed within five seconds.
document.addEventListener("submit", (evenement) => {
  const formulaire = evenement.target;
  if (formulaire.getAttribute("method")?.toLowerCase() !== "post" || evenement.defaultPrevented) return;
  if (formulaire.dataset.cioEnvoye) evenement.preventDefault();
  formulaire.dataset.cioEnvoye = "oui";
  setTimeout(() => delete formulaire.dataset.cioEnvoye, 5000);
});

// French typography: a line neither starts with « : » nor ends with « « ». The browser cannot know.
const textes = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
while (textes.nextNode()) {
  const texte = textes.currentNode;
  if (texte.parentElement.closest("textarea, script, style")) continue;
  const compose = texte.data.replace(/« /g, "«\u00a0").replace(/ (?=[»:;!?%])/g, "\u00a0");
  if (compose !== texte.data) texte.data = compose;
}
