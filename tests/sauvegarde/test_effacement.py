"""Erasing a person: what goes, what is kept and why, and that yesterday's backup does not bring her back."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cio_network.coherence import anomalies
from comptes.enums import Role
from comptes.models import Utilisateur
from psyen.models import PsyEN, Rattachement
from psyen.services.arretes import produire_document
from psyen.services.effacement import effacer_personne
from reseaux.models import Habilitation
from reseaux.perimetre import Perimetre
from socle.journal import journaliser
from socle.models import Courriel, EntreeJournal, Notification
from socle.notifications import notifier
from socle.traces import Effacement
from tests.comptes.factories import MOT_DE_PASSE, creer_compte, se_connecter
from tests.psyen.factories import creer_arretee
from tests.reseaux.factories import connecter, creer_perimetre

NOM = "Canarinoir"
#: Where the name may still stand: the decision itself, as it was signed.
GARDES = {"socle_fichier"}


@pytest.fixture
def partie(monkeypatch):
    """A PsyEN who left: account, file, arrêté, mail, journal, notification, session."""
    monkeypatch.setattr("psyen.services.arretes.dessiner_arrete", lambda arrete: b"%PDF " + NOM.encode())
    arretee = creer_arretee()
    psyen = arretee.services.get().psyen
    psyen.nom, psyen.telephone, psyen.courriel = NOM, "02 54 00 00 01", f"{NOM.lower()}@ac-essai.fr"
    psyen.utilisateur = creer_compte(psyen.courriel, prenom="Ana", nom=NOM)
    psyen.save()
    produire_document(arrete=arretee.arrete)
    perimetre = creer_perimetre(Role.PSYEN, utilisateur=psyen.utilisateur)
    connecter(Client(), perimetre)
    notifier(utilisateur=psyen.utilisateur, texte=f"Bonjour {NOM}")
    for action, objet in (("psyen.psyen.modifie", psyen), ("comptes.utilisateur.nom", psyen.utilisateur)):
        journaliser(
            perimetre=perimetre, action=action, objet=objet, avant={"nom": NOM}, apres={"nom": NOM}, motif=NOM
        )
    return psyen


def quitter(psyen: PsyEN) -> None:
    hier = timezone.localdate() - timedelta(days=1)
    Habilitation.objects.filter(utilisateur=psyen.utilisateur).update(date_fin=hier)
    Rattachement.objects.filter(psyen=psyen).update(date_fin=hier)


def effacer(psyen: PsyEN):
    return effacer_personne(
        perimetre=Perimetre.systeme(), utilisateur=psyen.utilisateur, psyen=psyen, motif="décision"
    )


def tables_qui_la_nomment() -> set[str]:
    """Searched in every column of every table, whatever its type."""
    trouvees = set()
    with connection.cursor() as curseur:
        for table in connection.introspection.table_names(curseur):
            curseur.execute(f'SELECT * FROM "{table}"')
            for ligne in curseur.fetchall():
                texte = " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else str(v)
                    for v in ligne
                )
                if NOM.lower() in texte.lower():
                    trouvees.add(table)
    return trouvees


@pytest.mark.django_db
def test_son_nom_n_est_plus_que_dans_l_acte_signe(partie):
    assert {"psyen_psyen", "comptes_utilisateur", "socle_entreejournal", "socle_courriel"} <= (
        tables_qui_la_nomment()
    )
    quitter(partie)
    entrees = EntreeJournal.objects.count()
    effets = {effet.quoi: effet for effet in effacer(partie)}
    assert tables_qui_la_nomment() == GARDES
    assert EntreeJournal.objects.count() == entrees + 2  # nothing is removed, the erasure is told
    assert effets["arrêtés qui la nomment"].garde_car
    assert not Notification.objects.filter(utilisateur=partie.utilisateur).exists()
    assert not list(anomalies())


@pytest.mark.django_db
def test_elle_ne_peut_plus_entrer_et_l_arrete_reste_entier(partie, client):
    fichier = partie.services.get().repartition.arrete.fichier
    quitter(partie)
    effacer(partie)
    assert (
        se_connecter(client, f"{NOM.lower()}@ac-essai.fr", MOT_DE_PASSE).status_code == 200
    )  # the form again
    fichier.refresh_from_db()
    assert NOM.encode() in bytes(fichier.contenu)
    compte = Utilisateur.objects.get(pk=partie.utilisateur_id)
    assert (compte.is_active, compte.has_usable_password(), compte.sessions.count()) == (False, False, 0)


@pytest.mark.django_db
def test_les_courriels_qui_attendaient_ne_partent_plus(partie):
    Courriel.objects.update(etat="a_envoyer")
    quitter(partie)
    effacer(partie)
    assert set(Courriel.objects.filter(utilisateur=partie.utilisateur).values_list("etat", flat=True)) <= {
        "sans_objet"
    }


@pytest.mark.django_db
def test_une_personne_en_fonction_ne_s_efface_pas(partie):
    with pytest.raises(ValidationError, match="habilitation en vigueur"):
        effacer(partie)
    Habilitation.objects.filter(utilisateur=partie.utilisateur).update(revoquee_le=timezone.now())
    with pytest.raises(ValidationError, match="rattaché"):
        effacer(partie)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_aucun_role_n_efface_par_l_application(partie, role):
    with pytest.raises(PermissionDenied):
        effacer_personne(perimetre=creer_perimetre(role), utilisateur=None, psyen=partie, motif="non")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "geste",
    [
        {"objet_libelle": "Autre chose"},
        {"objet_libelle": "Personne effacée", "recherche": "x"},
        {"objet_libelle": "Personne effacée", "recherche": "", "avant": None, "apres": None, "motif": "m"},
        {
            "objet_libelle": "Personne effacée",
            "recherche": "",
            "avant": None,
            "apres": None,
            "motif": "",
            "action": "autre.acte",
        },
    ],
)
def test_le_journal_ne_se_reecrit_pas_meme_pour_une_personne_effacee(partie, geste):
    quitter(partie)
    effacer(partie)
    siennes = EntreeJournal.objects.filter(objet_libelle="Personne effacée")
    autres = EntreeJournal.objects.exclude(objet_libelle="Personne effacée")
    for lignes in (siennes, autres):
        assert lignes.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.update(**geste)
    for ordre in (Effacement.objects.all().delete, lambda: Effacement.objects.update(motif="autre")):
        with pytest.raises(DatabaseError), transaction.atomic():
            ordre()


@pytest.mark.django_db
def test_les_mots_d_une_ligne_sur_quelqu_un_d_autre_ne_s_effacent_pas(partie):
    autre = creer_compte()
    entree = journaliser(perimetre=Perimetre.systeme(), action="comptes.utilisateur.cree", objet=autre)
    vide = {"objet_libelle": "Personne effacée", "recherche": "", "avant": None, "apres": None, "motif": ""}
    with pytest.raises(DatabaseError), transaction.atomic():
        EntreeJournal.objects.filter(pk=entree.pk).update(**vide)


# --- The command, and the restore ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_blanc_dit_tout_et_n_efface_rien(partie, registre, capsys):
    quitter(partie)
    call_command("effacer_personne", partie.courriel, "--a-blanc")
    sortie = capsys.readouterr().out
    assert "arrêtés qui la nomment (gardé : acte de l’administration" in sortie
    assert "c’était à blanc" in sortie
    assert PsyEN.objects.filter(nom=NOM).exists()
    assert not Effacement.objects.exists()
    assert not registre.exists()
    with pytest.raises(CommandError, match="--motif"):
        call_command("effacer_personne", partie.courriel)
    with pytest.raises(CommandError, match="Personne n’a cette adresse"):
        call_command("effacer_personne", "inconnue@ac-essai.fr", "--motif", "décision")


@pytest.mark.django_db(transaction=True)
def test_la_sauvegarde_d_hier_ne_ramene_pas_une_personne_effacee(partie, registre, tmp_path, capsys):
    (dossier := tmp_path / "archives").mkdir()
    call_command("sauvegarder", dossier, verbosity=0)  # she is still in office
    (archive,) = dossier.glob("*.tar")
    assert (dossier / "effacements.jsonl").read_text() == ""
    quitter(partie)
    call_command("effacer_personne", partie.courriel, "--motif", "décision du 3 mars 2027")
    lignes = [json.loads(ligne) for ligne in registre.read_text().splitlines()]
    assert [(ligne["modele"], ligne["pk"]) for ligne in lignes] == [
        ("comptes.utilisateur", partie.utilisateur_id),
        ("psyen.psyen", partie.pk),
    ]
    assert NOM.lower() not in registre.read_text().lower()

    call_command("restaurer", archive, "--remplacer")
    assert "Comptes et fiches effacés de nouveau : 2." in capsys.readouterr().out
    assert tables_qui_la_nomment() == GARDES
    assert not Habilitation.objects.en_vigueur().filter(utilisateur=partie.utilisateur_id).exists()
    # Again, from the register alone: the base of this server is lost.
    call_command("restaurer", archive, "--remplacer", "--effacements", registre)
    assert tables_qui_la_nomment() == GARDES


@pytest.mark.django_db(transaction=True)
def test_sans_registre_une_restauration_s_arrete(partie, tmp_path):
    call_command("sauvegarder", tmp_path, verbosity=0)
    (archive,) = tmp_path.glob("*.tar")
    (tmp_path / "effacements.jsonl").unlink()
    with pytest.raises(CommandError, match="Aucun registre des effacements"):
        call_command("restaurer", archive, "--remplacer")
    (tmp_path / "faux.jsonl").write_text("bonjour\n")
    with pytest.raises(CommandError, match="ligne 1"):
        call_command("restaurer", archive, "--remplacer", "--effacements", tmp_path / "faux.jsonl")
    with pytest.raises(CommandError, match="n’existe pas"):
        call_command("restaurer", archive, "--remplacer", "--effacements", tmp_path / "absent.jsonl")
    call_command("restaurer", archive, "--remplacer", "--sans-effacements")
    assert PsyEN.objects.filter(nom=NOM).exists()
