"""SHA-256 of the packs that were released, by id and version: a row is never changed, and what is
said otherwise in a pack is another version of it."""

from __future__ import annotations

from typing import Final

RELEASED: Final = {
    ("SANDBOX", "1"): "09978765448d121fe6b92235f3535e5cefa62f0e13692f42c4bf6a6673c25ba8",
    ("CN-2007", "1"): "2defe4a4a892fabbe67c6a534a371b5e67741aae1e421f23e9b31c3acf33d3e6",
    ("CN-2007", "2"): "0054e80a21e9ea6d9690f1c5a30a8d1187e94d8f9da5502b0c2b9f0f44a6cd9f",
    ("CN-2007", "3"): "acef4cb8cf417c4a244412364681073d3575345ebafb1c9f444f62c4c3587122",
    ("CN-AMT-2025D", "1"): "b58345a70a95b7081f69ed1c7c5ec7eb16c9c36e8da5a4721916229d454cf564",
    ("CN-AMT-2025D", "2"): "7e0e1b6bde89098c57cab4d410c4f3c9d21dee750280d2284f7651bd1908aef3",
    ("CN-AMT-2025D", "3"): "03f12c705b94972c98945b95a7ae4f9f05e4513fe9111bbe6a8670c30a8ab7c2",
    ("CN-AMT-2025D", "4"): "ca6d1bf6f8f58dae908dff4b195a907846460e2fb3c4055d02feedb0dba9df3c",
    ("CN-VENUE-38", "1"): "3c25a30ecf81ee9aaba71eba21c1f29f203dcf625b748baa8bf87ac759809ca3",
    ("CN-VENUE-38", "2"): "f71fba5cf8973f4dd5852ddd9ecd97b43095102dfe1b478d2969cebbca4af2a3",
    ("CN-VENUE-38", "3"): "2b792ee8e4c65ae45d258f8839f26458ebb4f07cd5e04511458d98f1c5470e35",
    ("CN-VENUE-38", "4"): "3836d520bacf0a138841e46e833fd26b0251c053216e13faaa00294cd9ef84d2",
    ("CN-VENUE-LICENSED", "1"): "d1cda3635fdc2369a3882a35eea96377eb98907cc7dfc163733b466b67eb4528",
    ("CN-VENUE-LICENSED", "2"): "3874a5e4dee7d13467c71d1b35fedbb2d275048032b483e3e4ea9d93c2c8dbda",
    ("CN-VENUE-LICENSED", "3"): "1a498acb7d464e1525ba398281870a81776281bbc2fb7078ed62f59a417a476d",
    ("CN-VENUE-LICENSED", "4"): "c778ef00b4a03a489285389a3617b2adc5b9a3bed4643941827f785f9c58171d",
    ("JP-TBI", "1"): "9d087f33eb4763e4ffc533fe5db791fb0dde84b59c7dfb9f2aa4434cca8d1c46",
    ("JP-TBI", "2"): "f0630d070cd8600886fbbe3560f92fc796b375810c6ae384255d27e0840d9b82",
    ("JP-TBI", "3"): "ef172088c108c7284605e243eb9a84df800efeec2a97fda5e55add324956003c",
}
