/**
 * Invented stories for the replicas of the outlets' websites. No sentence is from a real report; the forms are those
 * that the outlets use: datelines, leaders' names, kickers, formulas that come back daily.
 */

export type OutletName = "kcna" | "rodong" | "vok" | "mfa" | "chosonsinbo";

/** BCP 47. */
export type Language = "en" | "ko" | "zh" | "ru" | "es" | "ja" | "fr" | "de" | "ar";

export interface Text {
  /** Plain text; `<leader>…</leader>` and `<b>…</b>` are markup that kcna.kp prints inside titles. */
  title: string;
  /** What kcna.kp prints as a first `h1` above the title. */
  kicker?: string;
  /** `{date}` becomes the day in words. */
  paragraphs: readonly string[];
}

export interface Story {
  id: string;
  /** Days before the newest day of the world. */
  daysAgo: number;
  /** Hour of the Korean day at which the outlets show it. */
  hour: number;
  texts: Partial<Record<Language, Text>>;
  outlets: Partial<Record<OutletName, readonly Language[]>>;
  /** Days after which an outlet reprints it; 0 where none is named. */
  delays?: Partial<Record<OutletName, number>>;
  icons?: readonly ("camera" | "video-camera")[];
  /** Pictures inside the text, and those of a gallery page. */
  pictures?: number;
  gallery?: number;
  /** Where it is seen; `both` where nothing is said. */
  on?: "both" | "outlet" | "kcnawatch";
  /** The link of KCNA Watch's copy to the outlet: its address, none, or an address of the outlet's older website. */
  original?: "linked" | "missing" | "dead";
  /** What KCNA Watch's copy says instead. */
  kcnawatch?: Partial<Text>;
}

/** Stories that each hold a trap of the facts; fillers between them make the lists long enough to be paged. */
export const STORIES: readonly Story[] = [
  {
    id: "greenhouse-visit",
    daysAgo: 0,
    hour: 6,
    texts: {
      en: {
        title: "Respected Comrade <leader>Kim Jong Un</leader> Visits Songhak Greenhouse Farm",
        kicker: "Report",
        paragraphs: [
          "Pyongyang, {date} (KCNA) -- Kim Jong Un , general secretary of the Workers' Party of Korea, visited the Songhak Greenhouse Farm.",
          "He looked round rows of tomato seedlings and asked about the temperature at night.",
          "The farm has 64 houses and an own boiler.",
        ],
      },
      ko: {
        title: "경애하는 <leader>김정은</leader>동지께서 송학온실농장을 찾으시였다",
        paragraphs: [
          "(평양 {date}발 조선중앙통신) 경애하는 김정은동지께서 송학온실농장을 찾으시였다.",
          "농장에는 ６４동의 온실과 보이라가 있다.",
        ],
      },
      zh: {
        title: "敬爱的<leader>金正恩</leader>同志视察松鹤温室农场",
        paragraphs: ["平壤{date}电 敬爱的金正恩同志视察了松鹤温室农场。", "农场有64栋温室。"],
      },
      ja: {
        title: "敬愛する<leader>金正恩</leader>同志が松鶴温室農場を視察",
        paragraphs: [
          "【平壌{date}発朝鮮中央通信】敬愛する金正恩同志が松鶴温室農場を視察した。",
          "農場には温室64棟がある。",
        ],
      },
      ru: {
        title: "Уважаемый товарищ <leader>Ким Чен Ын</leader> посетил тепличное хозяйство Сонхак",
        paragraphs: ["Пхеньян, {date}. /ЦТАК/-- Уважаемый товарищ Ким Чен Ын посетил тепличное хозяйство Сонхак."],
      },
      es: {
        title: "Estimado compañero <leader>Kim Jong Un</leader> visita la granja de invernaderos Songhak",
        paragraphs: [
          "Pyongyang, {date} (ACNC) -- El estimado compañero Kim Jong Un visitó la granja de invernaderos Songhak.",
        ],
      },
      fr: {
        title: "Le respecté Kim Jong Un visite la ferme de serres de Songhak",
        paragraphs: ["Le respecté camarade Kim Jong Un a visité la ferme de serres de Songhak."],
      },
      de: {
        title: "Der verehrte Kim Jong Un besucht die Gewächshausfarm Songhak",
        paragraphs: ["Der verehrte Genosse Kim Jong Un besuchte die Gewächshausfarm Songhak."],
      },
      ar: {
        title: "القائد المحترم كيم جونغ أون يزور مزرعة سونغهاك",
        paragraphs: ["زار القائد المحترم كيم جونغ أون مزرعة سونغهاك للدفيئات."],
      },
    },
    outlets: {
      kcna: ["en", "ko", "zh", "ru", "es", "ja"],
      rodong: ["ko", "en", "zh"],
      vok: ["ko", "en", "ru", "zh", "ja", "fr", "es", "de", "ar"],
    },
    icons: ["camera", "video-camera"],
    pictures: 2,
    gallery: 4,
  },
  {
    id: "press-review-today",
    daysAgo: 0,
    hour: 9,
    texts: {
      en: {
        title: "Press Review",
        paragraphs: [
          "Pyongyang, {date} (KCNA) -- Newspapers carry articles on the rice harvest and on river embankments.",
        ],
      },
    },
    outlets: { kcna: ["en"] },
  },
  {
    id: "press-review-yesterday",
    daysAgo: 1,
    hour: 9,
    texts: {
      en: {
        title: "Press Review",
        paragraphs: ["Pyongyang, {date} (KCNA) -- Newspapers carry articles on winter clothing and on a new ferry."],
      },
    },
    outlets: { kcna: ["en"] },
    original: "missing",
  },
  {
    id: "visits-of-delegations",
    daysAgo: 1,
    hour: 10,
    texts: {
      en: {
        title: "Visits",
        paragraphs: ["Pyongyang, {date} (KCNA) -- A delegation of foresters arrived here by air."],
      },
    },
    outlets: { kcna: ["en"] },
    original: "missing",
  },
  {
    id: "visits-to-museum",
    daysAgo: 1,
    hour: 11,
    texts: {
      en: {
        title: "Visits",
        paragraphs: ["Pyongyang, {date} (KCNA) -- Schoolchildren visited the Museum of Natural History."],
      },
    },
    outlets: { kcna: ["en"] },
    original: "missing",
  },
  {
    id: "shipyard-editorial",
    daysAgo: 1,
    hour: 7,
    texts: {
      ko: {
        title: "《남포의 배무이》 기적은 ２４시간 이어진다",
        paragraphs: [
          "(평양 {date}발) 남포의 배무이현장에서는 밤낮이 따로 없다.",
          "로동자들은 선체조립을 ３일 앞당겨 끝냈다.",
          "본사기자 리수평",
        ],
      },
      en: {
        title: "Shipbuilders of Nampho Keep Their Pledge",
        paragraphs: ["There is no night on the slips of Nampho.", "The hull was assembled three days early."],
      },
    },
    outlets: { rodong: ["ko", "en"], kcna: ["ko"] },
    delays: { kcna: 1 },
  },
  {
    id: "ministry-statement",
    daysAgo: 2,
    hour: 14,
    texts: {
      ko: {
        title: "조선민주주의인민공화국 외무성 대변인대답",
        paragraphs: [
          "조선민주주의인민공화국 외무성 대변인은 인접수역에서 벌어지는 합동연습과 관련하여 조선중앙통신사 기자가 제기한 질문에 다음과 같이 대답하였다.",
          "우리는 지역정세를 엄격히 주시하고있다. ".repeat(8).trim(),
          "연습은 지체없이 중지되여야 한다.",
        ],
      },
      en: {
        title: "Answer of DPRK Foreign Ministry Spokesperson",
        paragraphs: [
          "Pyongyang, {date} (KCNA) -- A spokesperson for the Foreign Ministry of the DPRK answered a question about the joint drill in adjacent waters.",
        ],
      },
    },
    outlets: { mfa: ["ko"], kcna: ["ko", "en"], vok: ["ko", "en"], rodong: ["ko"] },
    delays: { rodong: 1 },
    kcnawatch: { title: "Answer of Spokesperson for DPRK Foreign Ministry" },
  },
  {
    id: "ministry-note",
    daysAgo: 3,
    hour: 16,
    texts: { ko: { title: "외무성 대표단 귀국", paragraphs: ["외무성 대표단이 {date} 귀국하였다."] } },
    outlets: { mfa: ["ko"] },
  },
  {
    id: "school-in-osaka",
    daysAgo: 2,
    hour: 12,
    texts: {
      ko: {
        title: "〈학교소식〉 오사까의 우리 학교에서 가을운동회",
        paragraphs: ["오사까의 우리 학교에서 {date} 가을운동회가 열렸다.", "학부모들과 졸업생들이 함께 달렸다."],
      },
      ja: {
        title: "大阪の朝鮮学校で秋の運動会",
        paragraphs: ["大阪の朝鮮学校で{date}、秋の運動会が開かれた。", "保護者と卒業生も走った。"],
      },
    },
    outlets: { chosonsinbo: ["ko", "ja"] },
    pictures: 2,
    gallery: 3,
  },
  {
    id: "rice-figures",
    daysAgo: 2,
    hour: 8,
    texts: {
      en: {
        title: "Harvest <b>Nears End</b> in South Hwanghae",
        paragraphs: [
          "Pyongyang, {date} (KCNA) -- Farmers in South Hwanghae Province have threshed 83 percent of the rice.",
          "The rest will be in within ten days.",
        ],
      },
      ko: {
        title: "황해남도에서 벼가을 마감단계",
        paragraphs: ["(평양 {date}발 조선중앙통신) 황해남도에서 벼탈곡실적이 83％에 이르렀다."],
      },
    },
    outlets: { kcna: ["en", "ko"], vok: ["en", "ko"], chosonsinbo: ["ko"] },
    delays: { vok: 1, chosonsinbo: 2 },
    original: "dead",
  },
  {
    id: "only-at-kcna",
    daysAgo: 3,
    hour: 9,
    texts: {
      en: {
        title: "Table Tennis Hall Opens in Sariwon",
        paragraphs: ["Pyongyang, {date} (KCNA) -- A table tennis hall has opened in Sariwon."],
      },
    },
    outlets: { kcna: ["en"] },
    on: "outlet",
  },
  {
    id: "only-at-kcnawatch",
    daysAgo: 3,
    hour: 10,
    texts: {
      en: {
        title: "Floating Restaurant Renovated in Hamhung",
        paragraphs: ["Pyongyang, {date} (KCNA) -- A floating restaurant on the Songchon River has been renovated."],
      },
    },
    outlets: { kcna: ["en"] },
    on: "kcnawatch",
  },
];

const PLACES = [
  ["Wonsan", "원산"],
  ["Hamhung", "함흥"],
  ["Sinuiju", "신의주"],
  ["Kaesong", "개성"],
  ["Chongjin", "청진"],
  ["Haeju", "해주"],
  ["Kanggye", "강계"],
  ["Hyesan", "혜산"],
  ["Nampho", "남포"],
  ["Samjiyon", "삼지연"],
  ["Anju", "안주"],
  ["Tanchon", "단천"],
] as const;

const EVENTS = [
  [
    "Knitwear Factory Raises Output",
    "편직공장에서 생산성과",
    "workers of the knitwear factory made more stockings than planned",
  ],
  ["Schoolchildren Plant Trees", "학생들 나무심기 진행", "schoolchildren planted larch on the hills behind the town"],
  ["Bridge Opened to Traffic", "새 다리 개통", "a bridge of three spans was opened to traffic"],
  ["Choir Gives Autumn Concert", "합창단 가을음악회 진행", "the choir of the house of culture sang eleven songs"],
] as const;

/** One story for each place and event, six a day; the same places come back on other days with other events. */
export const FILLERS: readonly Story[] = EVENTS.flatMap(([english, korean, said], e) =>
  PLACES.map(([place, name], p): Story => {
    const n = e * PLACES.length + p;
    return {
      id: `filler-${n}`,
      daysAgo: Math.floor(n / 6),
      hour: 12 + (n % 6),
      texts: {
        en: {
          title: `${english} in ${place}`,
          paragraphs: [`Pyongyang, {date} (KCNA) -- In ${place} ${said}.`, `It was day ${n + 1} of the season.`],
        },
        ko: {
          title: `${name} ${korean}`,
          paragraphs: [`(평양 {date}발 조선중앙통신) ${name}에서 ${korean}.`, `이번 계절의 ${n + 1}번째 소식이다.`],
        },
      },
      outlets: {
        kcna: ["en", "ko"],
        ...(n % 3 === 0 && { rodong: ["ko"] as const }),
        ...(n % 4 === 0 && { vok: ["en", "ko"] as const }),
      },
    };
  }),
);
