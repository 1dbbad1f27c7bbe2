// Under a UAI field, says the key letter expected as soon as seven digits are typed. The server checks too.
const LETTRES = "ABCDEFGHJKLMNPRSTUVWXYZ";

function conseil(saisie) {
  const uai = saisie.replace(/\s/g, "").toUpperCase();
  if (!/^[0-9]{7}[A-Z]?$/.test(uai)) return "";
  const cle = LETTRES[Number(uai.slice(0, 7)) % 23];
  if (uai.length === 7) return `La clé attendue est ${cle} : ${uai}${cle}.`;
  return uai[7] === cle ? "La clé est juste." : `La clé attendue est ${cle}, et non ${uai[7]}.`;
}

for (const champ of document.querySelectorAll("[data-cio-uai]")) {
  const message = document.createElement("p");
  message.className = "fr-hint-text fr-mt-1v";
  message.id = `${champ.id}_cle`;
  message.setAttribute("role", "status");
  champ.after(message);
  const dire = () => {
    message.textContent = conseil(champ.value);
  };
  champ.addEventListener("input", dire);
  dire();
}
