import type { Pair } from "./pairs.ts";

/** Pairs that no generator would think of; `a` is as the agency has it, `b` as another outlet does. */

const reprint = (language: Pair["language"], kind: string, a: string, b: string): Pair => ({
  language,
  kind,
  isReprint: true,
  a,
  b,
});
const other = (language: Pair["language"], kind: string, a: string, b: string): Pair => ({
  language,
  kind,
  isReprint: false,
  a,
  b,
});

const REVIEW = `Pyongyang, January 30 (KCNA) -- Following are major news items and articles in leading newspapers of the DPRK on Friday: The papers devote their front pages to an editorial on the need to fulfil the first-quarter plan in all sectors. Rodong Sinmun carries reports on irrigation works in the west coast area and on the production of furnaces for greenhouses. Minju Choson prints an article on the work of people's committees. Youth Vanguard introduces a school in Hamhung whose pupils won a programming contest. -0-`;

const STATEMENT = `Pyongyang, January 28 (KCNA) -- A spokesperson for the Ministry of Foreign Affairs of the Democratic People's Republic of Korea issued the following press statement on Wednesday: The joint exercise that has started in the waters off the southern part of the peninsula is another open provocation that pushes the situation to the brink. The countries concerned talk about dialogue with their lips while they ship more weapons into the region. This is a height of hypocrisy. The DPRK will never overlook the moves to threaten its security and will take thorough practical measures of its own choice. The responsibility for all the consequences will be borne by those who have ignored our repeated warnings. History has proved that nobody who slighted the will of our people came off well. We will watch every movement. -0-`;

const FLOOD = `Pyongyang, January 26 (KCNA) -- A national conference on land administration was held on Sunday and Monday. It reviewed the work of last year and discussed measures for bringing about a new turn in river improvement, afforestation and road management. The reporter pointed out that some units had failed to finish embankment projects before the rainy season because they had paid little attention to surveying. Speeches were followed by the reading of a letter to all land administration workers. The participants looked round a tree nursery, a sluice gate and a stretch of the road between Pyongyang and Wonsan which has been repaved with concrete.`;

const KO_STATEMENT = `(평양 1월 28일발 조선중앙통신)조선민주주의인민공화국 외무성 대변인은 28일 다음과 같은 공보문을 발표하였다. 반도남부해역에서 시작된 합동군사연습은 정세를 위험수위에로 몰아가는 또 하나의 공공연한 도발이다. 해당 나라들은 말로는 대화를 떠들면서 더 많은 무기를 이 지역에 끌어들이고있다. 이것은 위선의 극치이다. 우리는 국가의 안전을 위협하는 책동을 절대로 수수방관하지 않을것이며 우리가 선택한 철저한 실천적조치들을 취해나갈것이다. 그로부터 초래되는 모든 후과에 대한 책임은 거듭되는 경고를 무시한자들이 지게 될것이다. 우리 인민의 의지를 얕본자들치고 무사한자가 없었다는것은 력사가 증명한다. 우리는 모든 움직임을 지켜볼것이다.(끝)`;

const KO_LAND = `(평양 1월 26일발 조선중앙통신)국토관리부문 일군회의가 25일과 26일에 진행되였다. 회의에서는 지난해의 사업정형을 총화하고 강하천정리와 산림조성, 도로관리에서 새로운 전환을 일으키기 위한 대책적문제들을 토의하였다. 보고자는 일부 단위들에서 측량사업에 주의를 돌리지 않은 결과 제방공사를 장마철전으로 끝내지 못한데 대하여 지적하였다. 토론들이 있은 다음 전국의 국토관리부문 일군들에게 보내는 편지가 랑독되였다. 참가자들은 양묘장과 갑문, 콩크리트로 다시 포장한 평양원산사이의 도로구간을 돌아보았다.`;

const KO_SHOW = `예술인들의 신춘경축공연이 동평양대극장에서 진행되였다. 무대에는 녀성독창과 기악합주, 무용을 비롯한 다채로운 종목들이 올랐다. 출연자들은 새해의 진군길에 떨쳐나선 인민의 기상과 약동하는 생활을 훌륭한 예술적형상으로 펼쳐보이였다. 공연은 관람자들의 절찬을 받았다. 공연은 앞으로 며칠동안 계속된다. 표는 극장매표소에서 팔고있으며 어린이들을 위한 낮공연도 준비되고있다.`;

export const HAND_WRITTEN: readonly Pair[] = [
  reprint(
    "en",
    "agency mark and quotes",
    STATEMENT,
    STATEMENT.replace("Pyongyang, January 28 (KCNA) -- ", "").replace(" -0-", "").replace("people's", "people’s"),
  ),
  reprint("en", "the last sentences cut", STATEMENT, STATEMENT.slice(0, STATEMENT.indexOf("History"))),
  reprint(
    "en",
    "long name shortened",
    STATEMENT,
    STATEMENT.replace("the Democratic People's Republic of Korea", "the DPRK"),
  ),
  reprint(
    "en",
    "one word of a hundred",
    STATEMENT,
    STATEMENT.replace("thorough practical measures", "strong practical measures"),
  ),
  reprint(
    "en",
    "a paragraph on top",
    STATEMENT,
    `The press statement of the spokesperson, which was issued in response to the exercise, reads in full as follows. ${STATEMENT.replace("Pyongyang, January 28 (KCNA) -- ", "")}`,
  ),
  reprint(
    "en",
    "British and American spelling",
    FLOOD,
    FLOOD.replace("afforestation", "aforestation").replace("discussed", "discused"),
  ),
  reprint(
    "en",
    "paragraphs in another order",
    FLOOD,
    `${FLOOD.slice(FLOOD.indexOf("The reporter"))} ${FLOOD.slice(FLOOD.indexOf("It reviewed"), FLOOD.indexOf("The reporter"))} ${FLOOD.slice(0, FLOOD.indexOf("It reviewed"))}`,
  ),
  reprint(
    "en",
    "another dateline",
    FLOOD,
    FLOOD.replace("Pyongyang, January 26 (KCNA)", "Pyongyang, Jan. 27 (Minju Choson)"),
  ),
  other(
    "en",
    "a review of the press, the next day",
    REVIEW,
    REVIEW.replace("Friday", "Saturday")
      .replace("January 30", "January 31")
      .replace(
        "an editorial on the need to fulfil the first-quarter plan in all sectors",
        "the news that construction workers finished the frame of a hospital in Kusong",
      )
      .replace("irrigation works in the west coast area", "the preparation of sowing in Chongdan"),
  ),
  other(
    "en",
    "a review of which one item is another",
    REVIEW,
    REVIEW.replace(
      "a school in Hamhung whose pupils won a programming contest",
      "a brigade in Kaechon whose members repaired a mine car",
    ),
  ),
  other(
    "en",
    "told in other words",
    FLOOD,
    "Officials of land administration from all parts of the country met in Pyongyang for two days to sum up what was done in 2025. Those who spoke criticized delays in the building of dykes, called for better surveys, and set tasks for planting trees and mending roads. At the end of the meeting a letter was read out, and the officials visited places where good results have been made, among them a sluice and a road that leads to the east coast.",
  ),
  other(
    "en",
    "a statement of another ministry in the same words",
    STATEMENT,
    STATEMENT.replace("Ministry of Foreign Affairs", "Ministry of National Defence")
      .replace("Wednesday", "Thursday")
      .replace("southern part of the peninsula", "eastern part of the region"),
  ),
  other(
    "en",
    "a quotation from the statement in a commentary",
    STATEMENT,
    `Newspapers of many countries gave wide publicity to the press statement of the DPRK. "This is a height of hypocrisy. The DPRK will never overlook the moves to threaten its security and will take thorough practical measures of its own choice", a Mexican paper quoted, and added that no one had the right to find fault with self-defence. A Nigerian radio station, a Bangladeshi daily and an internet homepage of Nepal also carried parts of it, with photographs of the exercise. A political organization of Peru held a rally in front of the embassy of one of the countries concerned and demanded an end to such moves at once, and a letter of protest was handed over to its guard.`,
  ),
  other(
    "en",
    "two short notices",
    "Wreaths were laid at the Liberation Tower on the occasion of the day of the Russian army. Present were officials and military attaches. The participants paid silent tribute to the fallen soldiers.",
    "Wreaths were laid at the Friendship Tower on the occasion of the day of the Chinese volunteers. Present were officials and military attaches. The participants paid silent tribute to the fallen soldiers.",
  ),
  reprint(
    "ko",
    "agency mark and end",
    KO_STATEMENT,
    KO_STATEMENT.replace("(평양 1월 28일발 조선중앙통신)", "").replace("(끝)", ""),
  ),
  reprint(
    "ko",
    "brackets of another kind",
    KO_STATEMENT,
    KO_STATEMENT.replace("(평양 1월 28일발 조선중앙통신)", "【평양 1월 28일발 조선중앙통신】").replace("(끝)", ""),
  ),
  reprint("ko", "the last sentences cut", KO_STATEMENT, KO_STATEMENT.slice(0, KO_STATEMENT.indexOf("우리 인민의"))),
  reprint(
    "ko",
    "written apart",
    KO_STATEMENT,
    KO_STATEMENT.replaceAll("것이", " 것이").replaceAll("고있다", "고 있다").replace("실천적조치", "실천적 조치"),
  ),
  reprint("ko", "an ending of another style", KO_STATEMENT, KO_STATEMENT.replace("발표하였다", "발표했다")),
  reprint(
    "ko",
    "another dateline, the reporter's name",
    KO_LAND,
    `${KO_LAND.replace("(평양 1월 26일발 조선중앙통신)", "")} 본사기자 리성호`,
  ),
  reprint("ko", "a sentence left out", KO_LAND, KO_LAND.replace(/토론들이 있은.+?랑독되였다\. /, "")),
  reprint(
    "ko",
    "paragraphs in another order",
    KO_LAND,
    `${KO_LAND.slice(KO_LAND.indexOf("보고자는"))} ${KO_LAND.slice(KO_LAND.indexOf("회의에서는"), KO_LAND.indexOf("보고자는"))} ${KO_LAND.slice(0, KO_LAND.indexOf("회의에서는"))}`,
  ),
  other(
    "ko",
    "the meeting of another sector in the same words",
    KO_LAND,
    KO_LAND.replaceAll("국토관리", "도시경영")
      .replace("강하천정리와 산림조성, 도로관리", "살림집보수와 상하수도, 원림관리")
      .replace("제방공사를", "배수공사를"),
  ),
  other(
    "ko",
    "another ministry in the same words",
    KO_STATEMENT,
    KO_STATEMENT.replace("외무성", "국방성").replaceAll("28일", "29일").replace("반도남부해역", "조선동해상"),
  ),
  other(
    "ko",
    "the same show in another theatre",
    KO_SHOW,
    KO_SHOW.replace("동평양대극장", "함흥대극장").replace("녀성독창과 기악합주, 무용", "혼성중창과 민요련곡, 재담"),
  ),
  other(
    "ko",
    "told in other words",
    KO_LAND,
    "전국의 국토관리일군들이 평양에 모여 이틀간에 걸쳐 2025년의 사업을 돌이켜보았다. 발언한 사람들은 뚝쌓기가 늦어진데 대하여 비판하고 측량을 잘할것을 요구하였으며 나무심기와 길보수에서 나서는 과업들을 제기하였다. 끝으로 편지가 소개되였으며 일군들은 성과를 거둔 단위들, 그중에서도 갑문과 동해안으로 뻗은 도로를 찾아보았다.",
  ),
  other(
    "ko",
    "two short notices",
    "로씨야군대의 날에 즈음하여 해방탑에 화환이 진정되였다. 일군들과 무관들이 참가하였다. 참가자들은 묵상하였다.",
    "중국인민지원군의 날에 즈음하여 우의탑에 화환이 진정되였다. 일군들과 무관들이 참가하였다. 참가자들은 묵상하였다.",
  ),
];
