"""`verifier_coherence` sees each broken invariant: the guard is taken down, the fault put in by raw SQL."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cio_network.coherence import anomalies, verifier_et_prevenir
from comptes.enums import Role
from evaluation.selectors import coherence as evaluation
from missions.selectors import coherence as missions
from psyen.models import Rattachement
from psyen.selectors import coherence as psyen
from socle import coherence as socle
from socle.fichiers import enregistrer_fichier
from socle.models import Courriel, Notification, TravailDeFond
from tests.acces.monde import Monde, creer_monde
from tests.depot import COUCHES
from tests.reseaux.factories import (
    creer_departement,
    creer_etablissement,
    creer_lycee,
    creer_perimetre,
)

pytestmark = pytest.mark.django_db
#: Of every app, whatever the engine.
DECLENCHEURS = socle.DECLENCHEURS | psyen.DECLENCHEURS | missions.DECLENCHEURS | evaluation.DECLENCHEURS


@pytest.fixture
def monde() -> Monde:
    return creer_monde("Blois", departement=creer_departement())


def ecrire(sql: str, *parametres) -> None:
    """Raw SQL, every trigger asleep and every constraint of the table lifted."""
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            # Deferred foreign keys wait for the end of a transaction; a table is altered only without any.
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
            curseur.execute("SET LOCAL session_replication_role = replica")
        else:
            curseur.execute("PRAGMA ignore_check_constraints = 1")
            curseur.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            declencheurs = curseur.fetchall()
            for nom, _ in declencheurs:
                curseur.execute(f'DROP TRIGGER "{nom}"')
        curseur.execute(sql, parametres)
        if connection.vendor == "postgresql":
            curseur.execute("SET LOCAL session_replication_role = DEFAULT")
        else:
            curseur.execute("PRAGMA ignore_check_constraints = 0")
            for _, creation in declencheurs:
                curseur.execute(creation)


def seule_anomalie() -> str:
    (anomalie,) = anomalies()
    return anomalie


def test_un_monde_sain_n_a_pas_d_anomalie(monde):
    sortie = StringIO()
    call_command("verifier_coherence", stdout=sortie)
    assert sortie.getvalue() == "Aucune anomalie.\n"


def test_la_commande_dit_chaque_anomalie_et_sort_en_erreur(monde):
    ecrire("UPDATE psyen_service SET demi_journees_eple = 0.5 WHERE repartition_id = %s", monde.arretee.pk)
    sortie = StringIO()
    with pytest.raises(CommandError, match="1 anomalie") as erreur:
        call_command("verifier_coherence", stdout=sortie)
    assert erreur.value.returncode == 1
    assert f"{monde.psyen}, répartition n° {monde.arretee.pk} : 0,5 demi-journées en EPLE inscrites" in (
        sortie.getvalue()
    )


def test_capacite_depassee(monde):
    if connection.vendor == "postgresql":
        ecrire("ALTER TABLE psyen_service DROP CONSTRAINT service_total_dans_la_capacite")
    ecrire("UPDATE psyen_service SET capacite = 1 WHERE repartition_id = %s", monde.arretee.pk)
    assert "dépassent sa capacité (1" in seule_anomalie()


def test_affectation_par_le_reseau_d_une_autre_annee(monde):
    ecrire(
        "UPDATE psyen_affectation SET reseau_id = %s WHERE id = "
        "(SELECT min(a.id) FROM psyen_affectation a JOIN psyen_service s ON s.id = a.service_id "
        "WHERE s.repartition_id = %s)",
        monde.reseau_suivant.pk,
        monde.arretee.pk,
    )
    assert "une autre année" in seule_anomalie()


@pytest.mark.parametrize("fin", [None, "2030-01-01"])
def test_rattachements_superposes(monde, fin):
    premier = Rattachement.objects.get(psyen=monde.psyen)
    if connection.vendor == "postgresql":
        ecrire("ALTER TABLE psyen_rattachement DROP CONSTRAINT rattachement_sans_chevauchement")
    ecrire(
        "INSERT INTO psyen_rattachement (psyen_id, cio_id, quotite, date_debut, date_fin) "
        "VALUES (%s, %s, 50, '2024-01-01', %s)",
        monde.psyen.pk,
        monde.cio.pk,
        fin,
    )
    trouvees = [a for a in anomalies() if "contrainte" not in a]
    assert len(trouvees) == 1
    assert "en recouvre un autre" in trouvees[0]
    assert str(premier.psyen) in trouvees[0]


def test_rattachements_qui_se_suivent_ne_sont_pas_une_anomalie(monde):
    Rattachement.objects.filter(psyen=monde.psyen).update(date_fin="2027-08-31")
    Rattachement.objects.create(psyen=monde.psyen, cio=monde.cio, date_debut="2027-09-01")
    assert anomalies() == []


def test_repartition_arretee_sans_arrete(monde):
    ecrire("UPDATE psyen_repartition SET etat = 'arretee', decidee_le = proposee_le, decidee_par_id = %s "
           "WHERE id = %s", monde.dasen.utilisateur_id, monde.proposee.pk)  # fmt: skip
    assert "est arrêtée sans arrêté" in seule_anomalie()


def test_arrete_d_une_repartition_non_arretee(monde):
    ecrire("UPDATE psyen_repartition SET etat = 'proposee' WHERE id = %s", monde.proposee.pk)
    ecrire("UPDATE psyen_arrete SET repartition_id = %s WHERE id = %s", monde.proposee.pk, monde.arrete.pk)
    assert any("n’est pas arrêtée" in a for a in anomalies())


def test_numeros_troues(monde):
    ecrire("UPDATE psyen_arrete SET rang = 7 WHERE id = %s", monde.arrete.pk)
    trouvees = anomalies()
    assert any("ne correspond pas au rang 7" in a for a in trouvees)
    assert any("ne se suivent pas" in a for a in trouvees)


def test_compteur_en_retard(monde):
    ecrire("UPDATE psyen_compteurarrete SET dernier = dernier + 1")
    assert "compteur 2" in seule_anomalie()


def test_document_jamais_produit(monde):
    ecrire("UPDATE psyen_repartition SET decidee_le = '2024-01-01 00:00:00+00' WHERE id = %s",
           monde.arretee.pk)  # fmt: skip
    ecrire("UPDATE psyen_arrete SET fichier_id = NULL")
    assert "n’a toujours pas de document" in seule_anomalie()


def test_fichier_altere(monde):
    enregistrer_fichier(nom="essai.pdf", type_mime="application/pdf", contenu=b"%PDF-1.7 juste")
    ecrire("UPDATE socle_fichier SET contenu = %s WHERE nom = 'essai.pdf'", b"%PDF-1.7 faux.")
    assert "ne correspond plus à son empreinte" in seule_anomalie()


def test_membre_d_une_autre_annee(monde):
    membre = monde.reseau.membres.exclude(etablissement=monde.tete).order_by("pk").first()
    ecrire("UPDATE reseaux_membrereseau SET annee_id = %s WHERE id = %s",
           monde.reseau_suivant.annee_id, membre.pk)  # fmt: skip
    assert "est inscrit pour" in seule_anomalie()


def test_tete_qui_n_est_pas_membre(monde):
    ecrire("UPDATE reseaux_reseau SET tete_id = %s WHERE id = %s",
           creer_lycee(cio=monde.cio).pk, monde.reseau.pk)  # fmt: skip
    assert "n’en est pas membre" in seule_anomalie()


def test_tete_qui_n_est_pas_un_lycee(monde):
    membre = monde.reseau.membres.exclude(etablissement=monde.tete).order_by("pk").first()
    ecrire("UPDATE reseaux_reseau SET tete_id = %s WHERE id = %s",
           membre.etablissement_id, monde.reseau.pk)  # fmt: skip
    assert "n’est pas un lycée" in seule_anomalie()


@pytest.mark.parametrize(("secteur", "est_eple"), [("prive", True), ("public", False)])
def test_eple_contre_sa_fiche(monde, secteur, est_eple):
    ecole = creer_etablissement(secteur=secteur)
    if connection.vendor == "postgresql":
        ecrire("ALTER TABLE reseaux_etablissement DROP CONSTRAINT eple_public_et_autonome")
    ecrire("UPDATE reseaux_etablissement SET est_eple = %s WHERE id = %s", est_eple, ecole.pk)
    assert "pour un EPLE contre ce que dit sa fiche" in seule_anomalie()


def test_courriel_bloque(monde):
    Courriel.objects.update(etat="a_envoyer", prochain_essai_le="2024-01-01T00:00:00Z")
    assert len(anomalies()) == Courriel.objects.count() > 0
    Courriel.objects.update(etat="en_cours", pris_le="2024-01-01T00:00:00Z")
    assert len(anomalies()) == Courriel.objects.count()
    Courriel.objects.update(etat="envoye")
    assert anomalies() == []


def test_travail_bloque(monde):
    travail = TravailDeFond.objects.create(
        genre="essai", titre="Export", proprietaire_id=monde.dcio.utilisateur_id, etat="en_cours"
    )
    TravailDeFond.objects.filter(pk=travail.pk).update(battement_le="2024-01-01T00:00:00Z")
    assert "n’avance plus" in seule_anomalie()


@pytest.mark.sqlite
def test_reference_perdue(monde):
    """PostgreSQL knows no foreign key turned off."""
    connection.disable_constraint_checking()
    Courriel.objects.update(etat="envoye")
    ecrire("PRAGMA defer_foreign_keys = 1")
    ecrire("UPDATE socle_courriel SET utilisateur_id = 987654")
    assert any("n’existe plus" in a for a in anomalies())
    ecrire("UPDATE socle_courriel SET utilisateur_id = NULL")


def test_la_liste_des_declencheurs_est_celle_de_la_base(django_db_setup):
    """Whoever adds a rule to the database declares it to the check of the night."""
    attendus = DECLENCHEURS
    if connection.vendor == "sqlite":
        attendus |= psyen.DECLENCHEURS_SQLITE | missions.DECLENCHEURS_SQLITE
    assert {nom for nom in socle.declencheurs_poses() if nom.startswith(tuple(COUCHES))} == attendus


@pytest.mark.parametrize("nom", sorted(DECLENCHEURS))
def test_chaque_declencheur_manquant_se_voit(nom):
    tables = [t for t in connection.introspection.table_names() if nom.startswith(f"{t}_")]
    suite = f' ON "{max(tables, key=len)}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as curseur:
        curseur.execute(f'DROP TRIGGER "{nom}"{suite}')
    assert f"« {nom} »" in seule_anomalie()


@pytest.mark.postgresql
@pytest.mark.parametrize("nom", [psyen.EXCLUSION, *missions.EXCLUSIONS])
def test_chaque_exclusion_manquante_se_voit(nom):
    with connection.cursor() as curseur:
        curseur.execute("SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s", [nom])
        (table,) = curseur.fetchone()
        curseur.execute(f"ALTER TABLE {table} DROP CONSTRAINT {nom}")
    assert f"« {nom} »" in seule_anomalie()


def test_arrete_d_un_autre_departement(monde):
    ailleurs = creer_departement("018")
    ecrire("UPDATE psyen_arrete SET departement_id = %s WHERE id = %s", ailleurs.pk, monde.arrete.pk)
    assert any("n’est pas du département de" in a for a in anomalies())


def test_la_nuit_previent_les_administrateurs_une_fois(monde):
    admin, autre = creer_perimetre(Role.ADMIN), creer_perimetre(Role.DCIO, monde.cio)
    parti = creer_perimetre(Role.ADMIN)
    parti.habilitation.revoquee_le = timezone.now()
    parti.habilitation.save()
    ecrire("UPDATE psyen_compteurarrete SET dernier = dernier + 1")
    verifier_et_prevenir()
    verifier_et_prevenir()
    notification = Notification.objects.get(utilisateur=admin.utilisateur_id)
    assert "ne se suivent pas" in notification.texte
    assert not Notification.objects.filter(
        utilisateur__in=[autre.utilisateur_id, parti.utilisateur_id], texte=notification.texte
    )


def test_une_nuit_sans_anomalie_ne_dit_rien(monde):
    admin = creer_perimetre(Role.ADMIN)
    assert verifier_et_prevenir() == []
    assert not Notification.objects.filter(utilisateur=admin.utilisateur_id)


def test_la_verification_est_prevue_chaque_nuit():
    taches = {prevu["task"] for prevu in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "cio_network.tasks.verifier_coherence" in taches
