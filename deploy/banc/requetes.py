"""Queries of each page measured: the test suite asserts them on one and three rows, the bench nationally."""

REQUETES = {
    "liste": 8,
    "liste, page du milieu": 8,
    "liste, dernière page": 8,
    "liste, recherche sans accent": 8,
    "liste, filtrée": 8,
    "CSV de tous": 6,
    "CSV filtré": 6,
    "grille, par réseau": 11,
    "grille, vue d’ensemble": 11,
    "répartition, page de lecture": 15,
    "répartitions": 7,
    "campagne d’évaluation": 19,
    "comparer les CIO": 9,
    "missions par autorité": 12,
    "missions par autorité, pays entier": 13,
}
