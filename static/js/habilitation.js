// Shows only the territory field of the chosen role; without a script the three stay, each with its hint.
const role = document.querySelector("#id_role");
const champs = document.querySelectorAll("[data-cio-roles]");

function montrer() {
  for (const champ of champs) {
    const groupe = champ.closest(".fr-input-group, .fr-select-group");
    groupe.hidden = !champ.dataset.cioRoles.split(" ").includes(role.value);
  }
}

if (role) {
  role.addEventListener("change", montrer);
  montrer();
}
