/** Narrow screen: the timeline opens on today rather than on the first month. */

for (const cadre of document.querySelectorAll("[data-frise]")) {
  const jour = Number(cadre.dataset.aujourdHui);
  if (jour && cadre.scrollWidth > cadre.clientWidth) {
    cadre.scrollLeft = jour - cadre.clientWidth / 2;
  }
}
