/** What is a word: what stands between spaces, signs that stand alone left out. `lessons/fresh.py` counts by the same. */
export const WORD = /\S*[\p{L}\p{N}]\S*(?=\s|$)/gu;
