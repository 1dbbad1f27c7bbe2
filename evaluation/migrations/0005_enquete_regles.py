"""What the database keeps of a survey by itself, on both engines.

1. Questions, population, threshold and what was promised do not change once the draft is left.
2. An open survey does not come back, a closed one does not move; only drafts are deleted.
3. Answers are written at the closing, before the results, and never again; results never change.
4. Who answered is known while the survey is open, and only then.
"""

from django.db import migrations

from socle.declencheurs import Refus, poser, retirer

HORS_BROUILLON = (
    "EXISTS (SELECT 1 FROM evaluation_enquete e WHERE e.id = {ligne}.enquete_id AND e.etat <> 'brouillon')"
)
PROMESSES = ("departement_id", "titre", "introduction", "par_cio", "seuil", "date_ouverture")
RECUL = (
    "(OLD.etat = 'ouverte' AND NEW.etat NOT IN ('ouverte', 'close')) "
    "OR OLD.etat = 'close' OR (OLD.etat IN ('brouillon', 'programmee') AND NEW.etat = 'close') "
    "OR (OLD.etat = 'ouverte' AND NEW.date_fermeture < OLD.date_fermeture)"
)
DEPOUILLEE = (
    "NOT EXISTS (SELECT 1 FROM evaluation_enquete e JOIN evaluation_question q ON q.enquete_id = e.id "
    "WHERE q.id = NEW.question_id AND e.etat = 'close') "
    "OR EXISTS (SELECT 1 FROM evaluation_resultatenquete r JOIN evaluation_question q "
    "ON q.enquete_id = r.enquete_id WHERE q.id = NEW.question_id)"
)
SUR_UNE_CLOSE = (
    "(NEW.lien_utilise IS NOT NULL OR NEW.a_repondu IS NOT NULL) AND "
    "EXISTS (SELECT 1 FROM evaluation_enquete e WHERE e.id = NEW.enquete_id AND e.etat = 'close')"
)


def refus():
    for table in ("evaluation_question", "evaluation_enquete_cios"):
        for ordre, ligne in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield Refus(table, ordre, HORS_BROUILLON.format(ligne=ligne), "enquete_lancee")
    change = " OR ".join(f"NEW.{champ} <> OLD.{champ}" for champ in PROMESSES)
    yield Refus("evaluation_enquete", "UPDATE", f"OLD.etat IN ('ouverte', 'close') AND ({change})", "enquete_promise")
    yield Refus("evaluation_enquete", "UPDATE", RECUL, "enquete_sans_retour")
    yield Refus("evaluation_enquete", "DELETE", "OLD.etat <> 'brouillon'", "enquete_lancee")
    yield Refus("evaluation_reponse", "INSERT", DEPOUILLEE, "enquete_depouillee")
    for ordre in ("UPDATE", "DELETE"):
        yield Refus("evaluation_reponse", ordre, "1 = 1", "reponse_intangible")
        yield Refus("evaluation_resultatenquete", ordre, "1 = 1", "resultat_intangible")
    for ordre in ("INSERT", "UPDATE"):
        yield Refus("evaluation_invitation", ordre, SUR_UNE_CLOSE, "participation_oubliee")


def aller(apps, schema_editor):
    poser(schema_editor, refus())


def revenir(apps, schema_editor):
    retirer(schema_editor, refus())


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0004_enquete")]
    operations = [migrations.RunPython(aller, revenir)]
