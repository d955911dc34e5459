/** How North and South Korea write the same word. */

/**
 * Words that the North writes in another way, and the spelling of the South. They are replaced wherever they stand, so
 * that compounds are found too (조선로동당). Only words of two or more syllables that are part of no other common word:
 * not 력사, since it is in 협력사업 and 무력사용. At the start of a word it is found by its initial sound.
 */
const SOUTHERN_SPELLINGS: Readonly<Record<string, string>> = {
  // The North keeps the initial sounds ㄹ and ㄴ; within compounds as well.
  로동: "노동",
  녀성: "여성",
  련합: "연합",
  련방: "연방",
  령도: "영도",
  령토: "영토",
  론평: "논평",
  리념: "이념",
  륙군: "육군",
  륭성: "융성",
  // Other sounds of loan words.
  미싸일: "미사일",
  로케트: "로켓",
  땅크: "탱크",
  콤퓨터: "컴퓨터",
  프로그람: "프로그램",
  그루빠: "그룹",
  깜빠니야: "캠페인",
  에네르기: "에너지",
  텔레비죤: "텔레비전",
  빨찌산: "빨치산",
  뻐스: "버스",
  딸라: "달러",
  // Countries.
  로씨야: "러시아",
  쏘련: "소련",
  도이췰란드: "독일",
  에스빠냐: "스페인",
  이딸리아: "이탈리아",
  뽈스까: "폴란드",
  꾸바: "쿠바",
  윁남: "베트남",
  캄보쟈: "캄보디아",
  수리아: "시리아",
  뛰르끼예: "튀르키예",
  벨라루씨: "벨라루스",
  메히꼬: "멕시코",
  오스트랄리아: "오스트레일리아",
  카나다: "캐나다",
  네데를란드: "네덜란드",
  스웨리예: "스웨덴",
  웽그리아: "헝가리",
  로므니아: "루마니아",
  벌가리아: "불가리아",
};

/**
 * Syllables after which a word is none: its first syllable ends the word before (훈련 + 방법, 관련 + 합의, 대통령 + 도).
 */
const NOT_AFTER: Readonly<Record<string, string>> = {
  련합: "훈관단수숙세",
  련방: "훈관단수숙세",
  령도: "통명수사법강요점호",
  령토: "통명수사법강요점호",
};

const NORTHERN = new RegExp(
  Object.keys(SOUTHERN_SPELLINGS)
    .map((word) => (NOT_AFTER[word] ? `(?<![${NOT_AFTER[word]}])${word}` : word))
    .join("|"),
  "g",
);

/** The places of a text where a word has a southern spelling. */
export function* southernSpellings(text: string): Iterable<{ at: number; word: string; spelling: string }> {
  for (const { index, 0: word } of text.matchAll(NORTHERN))
    yield { at: index, word, spelling: SOUTHERN_SPELLINGS[word] as string };
}

const FIRST_SYLLABLE = 0xac00;
/** Syllables with one initial sound, and with one initial sound and one vowel. */
const PER_INITIAL = 21 * 28;
const PER_VOWEL = 28;
const [N, R, SILENT] = [2, 5, 11];
/** ㅑ ㅒ ㅕ ㅖ ㅛ ㅠ ㅣ */
const Y_VOWELS = new Set([2, 3, 6, 7, 12, 17, 20]);

/**
 * The syllable that the South writes at the start of a word (the rule of initial sounds): 리 → 이, 로 → 노, 녀 → 여. Any
 * other character stays as it is.
 */
export function initialSyllable(character: string): string {
  const place = character.charCodeAt(0) - FIRST_SYLLABLE;
  const initial = Math.floor(place / PER_INITIAL);
  const isY = Y_VOWELS.has(Math.floor((place % PER_INITIAL) / PER_VOWEL));
  const written = initial === R && !isY ? N : (initial === R || initial === N) && isY ? SILENT : initial;
  return String.fromCharCode(character.charCodeAt(0) + (written - initial) * PER_INITIAL);
}

/** The other syllables that are the same one at the start of a word: of 이, these are 리 and 니. */
export function initialVariants(character: string): string[] {
  const place = character.charCodeAt(0) - FIRST_SYLLABLE;
  const southern = initialSyllable(character);
  const rest = place % PER_INITIAL;
  return [N, R, SILENT]
    .map((initial) => String.fromCharCode(FIRST_SYLLABLE + initial * PER_INITIAL + rest))
    .filter((other) => other !== character && initialSyllable(other) === southern);
}
