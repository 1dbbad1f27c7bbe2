// A button that copies a field; without a script, the field is there to be selected.
for (const bouton of document.querySelectorAll("[data-cio-copier]")) {
  const champ = document.getElementById(bouton.dataset.cioCopier);
  const message = document.querySelector("[data-cio-copie]");
  bouton.hidden = false;
  champ.addEventListener("focus", () => champ.select());
  bouton.addEventListener("click", async () => {
    champ.select();
    try {
      await navigator.clipboard.writeText(champ.value);
      message.textContent = "Le lien est copié.";
    } catch {
      message.textContent = "Le lien est sélectionné : copiez-le avec Ctrl + C.";
    }
  });
}
