"""The plan of the heaviest query of each page on the national set, as PostgreSQL runs it: docs/plans.md."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from banc.affectations import requete_de_l_export
from banc.management.commands.epreuve import connecter, pages
from comptes.enums import Role
from reseaux.models import Habilitation

INTRODUCTION = (
    "# Plans des requêtes",
    "",
    "Comment PostgreSQL exécute la requête la plus lourde de chaque page, sur le jeu national (une académie",
    "de la taille du pays : le pire cas). Écrit par `python deploy/banc/mesurer.py --plans docs/plans.md`,",
    "les lignes de détail ôtées. Un index est là parce qu’un plan s’en sert, ou qu’une clé étrangère ou une",
    "contrainte le veut : supprimer la ligne désignée oblige à chercher celles qui la désignent.",
    "",
)
#: Page → why its plan is the right one. The others show their figures only.
POURQUOI = {
    "liste": "L’index suit le tri et contient le département : cinquante clés lues dans l’ordre.",
    "liste, page du milieu": "Le compte, par l’index du département ; la page suit l’index du tri.",
    "liste, recherche sans accent": "L’index trigramme, puis un tri de ce qu’il trouve.",
    "liste, filtrée": "L’index du tri, jusqu’à la cinquantième qui convient ; le compte lit la table.",
    "PsyEN": "L’ADMIN les voit tous, triés par nom : chaque fiche est lue.",
    "réseaux": "L’année d’abord ; membres et effectifs ne se comptent que pour les lignes montrées.",
    "arrêtés": "Quatre mille lignes triées en mémoire ; les cinquante montrées, par leur clé.",
    "journal": "Le compte lit ce que l’ADMIN voit, donc tout ; la page suit `journal_recent`.",
    "grille, par réseau": "Réseaux, membres et effectifs du CIO, chacun par sa clé étrangère.",
    "tableau de bord": "Quelques centaines de lignes : une petite table se lit plus vite qu’un index.",
    "mon CIO": "Les membres des réseaux du CIO, par leur réseau.",
    "missions par autorité": "Les services par leur répartition, les affectations par leur service.",
    "CSV des affectations": "Tout est demandé, tout est lu : des jointures par hachage, puis un tri.",
}
AUTRES = {
    "PsyEN": (Role.ADMIN, "psyen:psyens"),
    "habilitations": (Role.ADMIN, "reseaux:habilitations"),
    "journal": (Role.ADMIN, "socle:journal"),
    "arrêtés": (Role.ADMIN, "psyen:arretes"),
    "réseaux": (Role.ADMIN, "reseaux:reseaux"),
    "à décider": (Role.DASEN, "psyen:a_decider"),
    "mon CIO": (Role.DCIO, "psyen:mon_cio"),
    "ma semaine": (Role.PSYEN, "psyen:ma_semaine"),
    "mon PsyEN": (Role.CHEF_ETABLISSEMENT, "psyen:mon_psyen"),
}
#: A sequential read of fewer rows costs nothing.
GRANDE_TABLE = 5_000
ENTIERE = re.compile(r"Seq Scan on (\w+)[^(]*\(actual rows=(\d+) loops=(\d+)\)")
ECARTEES = re.compile(r"Rows Removed by Filter: (\d+)")
INDEX = re.compile(r"(?:Index|Index Only) Scan (?:Backward )?(?:using|on) (\w+)")
#: Lines of a plan that say how, not what.
ACCESSOIRE = re.compile(
    r"Buckets:|Batches:|Memory:|Memory Usage|Heap Blocks|Cache |Hits:|Workers|Group Key|Inner Unique"
)
LIGNES, COLONNES = 24, 118


def expliquer():
    """The document, in Markdown."""
    figures = [
        _page(nom, *adresse) for nom, adresse in {**pages(), **_autres()}.items() if "admin" not in nom
    ]
    figures.append(_figure("CSV des affectations", [requete_de_l_export()]))
    figures.sort(key=lambda figure: -figure["pire"])
    lignes = [
        *INTRODUCTION,
        f"Relevé du {timezone.localdate():%d/%m/%Y}, PostgreSQL {connection.pg_version // 10_000}, à chaud.",
        "",
        "| page | requêtes | toutes (ms) | la plus lourde | tables de plus de 5 000 lignes lues en entier |",
        "|---|---|---|---|---|",
        *(_ligne(figure) for figure in figures),
    ]
    for figure in figures:
        if figure["page"] in POURQUOI:
            lignes += _detail(figure)
    return "\n".join(lignes) + "\n"


def _autres():
    premiers = {}
    for role, courriel in Habilitation.objects.order_by("pk").values_list("role", "utilisateur__courriel"):
        premiers.setdefault(role, courriel)
    return {nom: (premiers[role], reverse(url)) for nom, (role, url) in AUTRES.items()}


def _page(nom, qui, adresse):
    client = connecter(qui)
    client.get(adresse)  # what a process keeps from its first page is not the page's
    with CaptureQueriesContext(connection) as capture:
        reponse = client.get(adresse)
        if reponse.streaming:
            for _ in reponse.streaming_content:
                pass
    return _figure(nom, [q["sql"] for q in capture.captured_queries if q["sql"].startswith("SELECT")])


def _figure(nom, requetes):
    plans = [_plan(sql) for sql in requetes]
    durees = [float(plan[-1].split()[2]) for plan in plans]
    return {
        "page": nom,
        "nombre": len(requetes),
        "toutes": sum(durees),
        "pire": max(durees),
        "plan": plans[durees.index(max(durees))],
        "entieres": sorted({table for plan in plans for table in _tables_entieres(plan)}),
    }


def _plan(sql):
    with connection.cursor() as curseur:
        for _ in range(2):  # the second is warm
            curseur.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {sql}")
            plan = [ligne for (ligne,) in curseur.fetchall()]
    return plan


def _tables_entieres(plan):
    """Large tables of which a node reads every row."""
    for rang, ligne in enumerate(plan):
        if lue := ENTIERE.search(ligne):
            ecartees = ECARTEES.search(" ".join(plan[rang + 1 : rang + 3]))
            nombre = int(lue[2]) + (int(ecartees[1]) if ecartees else 0)
            if nombre * int(lue[3]) >= GRANDE_TABLE:
                yield f"`{lue[1]}`"


def _ligne(figure):
    tables = ", ".join(figure["entieres"])
    durees = f"{figure['toutes']:.1f} | {figure['pire']:.1f}".replace(".", ",")
    return f"| {figure['page']} | {figure['nombre']} | {durees} | {tables} |"


def _detail(figure):
    plan = [ligne[:COLONNES] for ligne in figure["plan"][:-2] if not ACCESSOIRE.search(ligne)]
    suite = [f"… et {len(plan) - LIGNES} lignes"] if len(plan) > LIGNES else []
    index = sorted(set(INDEX.findall("\n".join(figure["plan"]))))
    servis = f" Index : {', '.join(f'`{nom}`' for nom in index)}." if index else ""
    return [
        "",
        f"## {figure['page']}",
        "",
        POURQUOI[figure["page"]] + servis,
        "",
        "```",
        *plan[:LIGNES],
        *suite,
        "```",
    ]
