// Lists on a narrow screen: the filters fold, and a table wider than its frame says that it scrolls.

const etroit = matchMedia("(max-width: 47.99em)");
for (const filtres of document.querySelectorAll("[data-cio-filtres]")) {
  const plier = () => {
    filtres.open = !etroit.matches;
  };
  plier();
  filtres.dataset.cioPret = "";
  etroit.addEventListener("change", plier);
}

const PHRASE = "Ce tableau est plus large que l’écran : faites-le défiler vers la droite.";

for (const tableau of document.querySelectorAll(".cio-table, .cio-defilant")) {
  const cadre = tableau.querySelector(".fr-table__content, .grille-defilement");
  if (!cadre) continue;
  const phrase = document.createElement("p");
  phrase.className = "cio-defile";
  phrase.textContent = PHRASE;
  phrase.hidden = true;
  tableau.before(phrase);
  const mesurer = () => {
    phrase.hidden = cadre.scrollWidth <= cadre.clientWidth + 1;
    // One stop of the Tab key less when there is nothing to scroll.
    if (phrase.hidden) cadre.removeAttribute("tabindex");
    else cadre.tabIndex = 0;
    const reste = cadre.scrollWidth - cadre.clientWidth - cadre.scrollLeft;
    tableau.classList.toggle("cio-suite", reste > 1);
  };
  new ResizeObserver(mesurer).observe(cadre);
  cadre.addEventListener("scroll", mesurer, { passive: true });
}
