/**
 * Invented articles in the style of state media: forms that come back with other names, places, days and numbers. Each
 * form takes words from lists; two articles of one form are the hardest thing to tell from a reprint.
 */
type Words = Record<string, readonly string[]>;

export interface Form {
  language: "en" | "ko";
  words: Words;
  /** Paragraphs; `{name}` stands for a word of the list of that name. */
  text: readonly string[];
  /** What a later article of the same event adds. */
  sequel: readonly string[];
}

const COUNTRIES = ["Laos", "Vietnam", "Nicaragua", "Mongolia", "Syria", "Cuba", "Guinea", "Belarus", "Tanzania"];
const LEADERS = [
  "Somchit Vong",
  "Tran Quoc Bao",
  "Luis Arce Molina",
  "Batbold Enkh",
  "Hafez Darwish",
  "Raul Peralta",
  "Mamadi Sow",
  "Viktor Lukash",
  "Juma Mwinyi",
];
const NAMES = [
  "Ri Chol Ho",
  "Pak Un Gyong",
  "Jo Myong Rok",
  "Kim Hye Song",
  "Han Kwang Il",
  "Choe Sun Nam",
  "Ryang Tae Hun",
  "Mun Pok Hui",
];
const PLACES = ["Samgwang", "Hoechang", "Unryul", "Kumya", "Songhwa", "Jangpung", "Onchon", "Kimhyongjik"];
const PROVINCES = ["South Phyongan", "North Hwanghae", "Kangwon", "Ryanggang", "South Hamgyong", "Jagang"];
const COUNTS = ["120", "180", "240", "310", "460", "530", "75", "96"];
const PERCENTS = ["103", "108", "112", "115", "121", "126", "134"];
const DAYS = ["January 27", "January 28", "January 29", "January 30", "February 1", "February 2"];
const FACTORIES = [
  "Kim Jong Thae Electric Locomotive Complex",
  "Pyongyang Bag Factory",
  "Sinuiju Footwear Factory",
  "Wonsan Shoes Factory",
  "Ryongsong Machine Complex",
  "Hamhung Disabled Soldiers Plastic Daily Necessities Factory",
];

export const ENGLISH: readonly Form[] = [
  {
    language: "en",
    words: {
      country: COUNTRIES,
      leader: LEADERS,
      post: ["president", "prime minister", "chairman"],
      occasion: ["birthday", "re-election", "national day", "founding anniversary"],
    },
    text: [
      "The respected Comrade Kim Jong Un, president of the State Affairs of the Democratic People's Republic of Korea, sent a message of greeting to {leader}, {post} of {country}, on the occasion of the {occasion} on Friday.",
      "In the message he extended warm congratulations to the {post} and, through him, to the government and people of {country}.",
      "Saying that the relations of friendship and cooperation between the two countries, forged in the common struggle for independence against imperialism, have steadily developed, he expressed the belief that they would be further expanded in keeping with the desire of the two peoples.",
      "He wished {leader} good health and bigger success in his responsible work.",
    ],
    sequel: [
      "{leader} expressed deep thanks for the message when he met the DPRK ambassador to {country}.",
      "The {post} said that his government would always stand by the side of the Korean people in their just cause.",
      "He recalled his own visit to Pyongyang as a student and the hospitality of its citizens, and asked the ambassador to convey his regards to the friends whom he had made there.",
      "Present there were officials of the ministry of foreign affairs and staff members of the embassy.",
    ],
  },
  {
    language: "en",
    words: { place: PLACES, province: PROVINCES, count: COUNTS, name: NAMES, day: DAYS },
    text: [
      "Modern houses for agricultural workers have been built at the {place} Farm in {province} Province. More than {count} families of the farm moved to the new houses in the bosom of the Party on {day}.",
      "The single-storey, low-rise and terraced houses stand in good harmony with the natural surroundings and show the new looks of the countryside in the era of rural development.",
      "A ceremony for moving into new houses was held on the spot. {name}, chairman of the provincial people's committee, made a congratulatory speech, and licenses for use of dwelling houses were conveyed to the families.",
      "The speaker said that the happiness of the farmers is attributable to the loving care of the Party, which spares nothing for the people. Then dancing parties took place, and officials visited the houses and shared joy with the owners over household goods that they had prepared.",
    ],
    sequel: [
      "Days after the ceremony the newcomers of the {place} Farm held a meeting to vow a rich harvest.",
      "{name} and other speakers referred to the need to finish the preparation of manure and seeds before the thaw.",
      "The farm has drawn up a plan for planting fruit trees around each house, and the youth workteam has started to pave the road to the dairy.",
      "A letter of pledge was adopted at the meeting.",
    ],
  },
  {
    language: "en",
    words: { factory: FACTORIES, percent: PERCENTS, other: PERCENTS, name: NAMES, count: COUNTS },
    text: [
      "The {factory} carried out its production plan for January at {percent} percent. Its officials and workers are turning out as one in the drive to implement the decisions of the Party congress.",
      "The management put stress on modernizing processes by its own efforts and technology, introduced {count} technical innovations, and raised the operation rate of equipment to a high level.",
      "{name}, a workteam leader, said that the workers increased output by {other} percent as against the same period last year by making good use of idle materials in the locality.",
      "Socialist emulation is in full swing at every workshop, and the number of those who have fulfilled their plans ahead of schedule is growing with each passing day.",
    ],
    sequel: [
      "The {factory} has now set out to finish its plan for the first quarter by the end of February.",
      "Experts of the research institute of light industry stay at the factory to help to install an automatic line which was made at home.",
      "The trade union organized a sports contest and an art performance to encourage the workers.",
      "Supply service personnel bring warm meals to the workshops every night.",
    ],
  },
  {
    language: "en",
    words: {
      low: ["-11", "-9", "-7", "-6", "-4"],
      high: ["-2", "0", "1", "3", "4"],
      low2: ["-14", "-12", "-10", "-5"],
      high2: ["-3", "-1", "2", "5"],
      wind: ["northwesterly", "northeasterly", "westerly", "southwesterly"],
      day: ["Tuesday", "Wednesday", "Thursday", "Saturday"],
    },
    text: [
      "According to the State Hydro-Meteorological Administration, it will be mainly fine on {day} in most areas of the country under the influence of high pressure, with a {wind} wind of five to eight metres per second on the west coast.",
      "The minimum temperature in Pyongyang will be {low} degrees Celsius and the maximum one {high} degrees. In Sinuiju it will be between {low2} and {high2} degrees, and in Hyesan it will be lower than normal.",
      "Light snow is expected in some parts of the northern inland at night. Waves will be one to two metres high on the East Sea of Korea and half a metre to one metre on the West Sea.",
    ],
    sequel: [
      "The weather is expected to change from the coming weekend as a cold front passes over the northern inland.",
      "All sectors should take measures to protect greenhouses and water pipes from freezing.",
      "The administration asks ships of fishing stations to pay attention to the warnings of the following days and to return to harbour in time.",
      "A detailed forecast for each province is given on the information network.",
    ],
  },
  {
    language: "en",
    words: { name: NAMES, country: COUNTRIES, leader: LEADERS, count: ["four", "five", "six", "seven"] },
    text: [
      "A floral basket was laid before the statues of the great leaders on Mansu Hill by {leader}, ambassador extraordinary and plenipotentiary of {country}, together with staff members of his embassy.",
      "The guests paid homage to the statues of President Kim Il Sung and Chairman Kim Jong Il. Before that they visited the house in Mangyongdae where the President was born, and were briefed on its history by a guide.",
      "In the afternoon the ambassador and the {count} members of his party went round the Museum of the Revolution. They were accompanied by {name}, vice-chairman of the committee for cultural relations with foreign countries.",
      "The ambassador wrote his impressions in the visitor's book.",
    ],
    sequel: [
      "The embassy of {country} gave a reception at the Taedonggang Diplomatic Club that evening.",
      "Speeches were made by {leader} and {name}.",
      "The speakers stressed the need to develop exchange in education, health and sports, and toasted the long-standing friendship between the two peoples.",
      "The participants watched a film and looked round an exhibition of handicraft articles.",
    ],
  },
  {
    language: "en",
    words: { name: NAMES, place: PLACES, province: PROVINCES, age: ["100th", "101st"] },
    text: [
      "The respected Comrade Kim Jong Un sent a {age} birthday spread to {name}, a woman living in {place} County, {province} Province.",
      "Born into a poor peasant family before liberation, she came to enjoy a worthwhile life only under the socialist system. She devoted herself to farming for decades and brought up her children to be soldiers and workers.",
      "Officials of the county visited her house to convey the spread. The centenarian and her family members could not hold back their gratitude for the benevolence, and neighbours came to share in the joy.",
    ],
    sequel: [
      "Her grandchildren have set out to work at a coal mine in token of their thanks.",
      "The family is well known in {place} County, where three generations have worked on the same field.",
      "A song and dance performance was given in the yard by the pupils of the nearby school, and the old woman sang a song which she had learned in her youth.",
      "Newspapers of {province} Province carried articles about her long life.",
    ],
  },
  {
    language: "en",
    words: {
      name: NAMES,
      country: COUNTRIES,
      city: ["Vientiane", "Havana", "Ulaanbaatar", "Minsk", "Managua"],
      day: DAYS,
      topic: ["health", "education", "agriculture", "information technology", "culture"],
    },
    text: [
      "A delegation of the Ministry of Public Service headed by {name} left here on {day} to attend an international meeting on {topic} to be held in {city}.",
      "It was seen off at Pyongyang International Airport by officials concerned and the charge d'affaires ad interim of the embassy of {country} here.",
      "During its stay the delegation will have talks with its counterpart, visit research institutes and model units, and exchange views on cooperation in the coming years.",
    ],
    sequel: [
      "On its return {name} told reporters that the talks had been held in a friendly atmosphere.",
      "An agreement on exchange for the next two years was signed by both sides in {city}.",
      "The delegation looked round a university, a market and a museum, and met compatriots living there, who gave an account of their patriotic activities.",
      "Those who welcomed it at the airport included members of the embassy of {country}.",
    ],
  },
];

const 이름 = ["리철호", "박은경", "조명록", "김혜성", "한광일", "최순남", "량태훈", "문복희"];
const 군 = ["삼광", "회창", "은률", "금야", "송화", "장풍", "온천", "배천"];
const 도 = ["평안남도", "황해북도", "강원도", "량강도", "함경남도", "자강도"];
const 나라 = ["라오스", "윁남", "니까라과", "몽골", "수리아", "꾸바", "기네", "벨라루씨"];
const 수반 = [
  "쏨찟 웡",
  "쩐 꾸옥 바오",
  "루이스 아르쎄",
  "바뜨볼드 엥흐",
  "하페즈 다르위쉬",
  "라울 뻬랄따",
  "마마디 쏘우",
  "빅또르 루까슈",
];
const 수 = ["120", "180", "240", "310", "460", "530", "75", "96"];
const 날 = ["27일", "28일", "29일", "30일", "31일"];
const 공장 = [
  "김종태전기기관차련합기업소",
  "평양가방공장",
  "신의주신발공장",
  "원산구두공장",
  "룡성기계련합기업소",
  "함흥영예군인수지일용품공장",
];

export const KOREAN: readonly Form[] = [
  {
    language: "ko",
    words: { 나라, 수반, 직무: ["대통령", "총리", "주석"], 계기: ["생일", "재선", "국경절", "창건일"] },
    text: [
      "경애하는 김정은동지께서는 {계기}에 즈음하여 {나라} {직무} {수반}각하에게 축전을 보내시였다.",
      "김정은동지께서는 축전에서 {직무}각하와 그리고 각하를 통하여 {나라} 정부와 인민에게 따뜻한 축하를 보내시면서 자주를 위한 공동의 투쟁속에서 맺어진 두 나라사이의 친선협조관계가 두 나라 인민들의 지향과 념원에 맞게 더욱 확대발전되리라는 확신을 표명하시였다.",
      "그이께서는 {수반}각하가 건강하여 나라의 번영과 인민의 복리를 위한 책임적인 사업에서 보다 큰 성과를 거둘것을 축원하시였다.",
    ],
    sequel: [
      "{나라} {직무} {수반}이 우리 나라 대사를 만난 자리에서 축전에 깊은 사의를 표시하였다.",
      "그는 자기 나라 정부가 앞으로도 조선인민의 정의의 위업에 전적인 지지와 련대성을 보낼것이라고 하면서 젊은 시절에 평양을 방문하였던 감동깊은 나날을 감회깊이 추억하였다.",
      "담화에는 외교부 일군들과 대사관성원들이 참가하였으며 담화는 동지적이며 친선적인 분위기속에서 진행되였다.",
    ],
  },
  {
    language: "ko",
    words: { 군, 도, 수, 이름, 날 },
    text: [
      "{도}의 {군}농장에 {수}여세대의 현대적인 살림집이 일떠서 {날} 새집들이가 진행되였다.",
      "사회주의농촌문화의 본보기로 훌륭히 건설된 단층, 소층살림집들은 아름다운 자연풍치와 조화를 이루며 새시대 농촌진흥의 자랑찬 모습을 보여주고있다.",
      "현지에서 진행된 새집들이모임에서는 도인민위원회 위원장 {이름}의 축하연설에 이어 농장원들에게 살림집리용허가증이 수여되고 결의토론들이 있었다.",
      "연설자와 토론자들은 인민의 복리를 위하여 아낌이 없는 당의 은정에 대하여 언급하면서 새 문명의 주인답게 알곡증산으로 보답할 결의를 피력하였다. 모임이 끝난 다음 춤판이 펼쳐지고 일군들이 새 집들을 찾아 가정용품들을 안겨주며 주인들과 기쁨을 함께 나누었다.",
    ],
    sequel: [
      "새집들이의 기쁨을 안은 {군}농장의 농장원들이 다수확을 결의하는 모임을 가지였다.",
      "{이름}을 비롯한 토론자들은 해토전으로 거름과 종자준비를 끝낼데 대하여 강조하였다.",
      "농장에서는 집집마다 과일나무를 심을 계획을 세웠으며 청년작업반원들은 젖소목장으로 가는 도로를 포장하는 작업에 착수하여 성과를 올리고있다.",
      "모임에서는 결의문이 채택되였다.",
    ],
  },
  {
    language: "ko",
    words: { 공장, 몫: ["103", "108", "112", "115", "121"], 이름, 수, 다른: ["117", "119", "123", "128"] },
    text: [
      "{공장}에서 1월 생산계획을 {몫}%로 수행하였다. 당대회 결정관철에 떨쳐나선 이곳 일군들과 로동자들은 집단적혁신을 일으키고있다.",
      "공장에서는 자체의 힘과 기술로 생산공정을 현대화하는데 힘을 넣으면서 {수}건의 기술혁신안을 받아들여 설비가동률을 높은 수준에서 보장하였다.",
      "작업반장 {이름}은 지방에 흔한 원료와 자재를 효과적으로 리용하여 지난해 같은 기간에 비해 생산을 {다른}%로 늘였다고 말하였다.",
      "직장마다에서 사회주의경쟁이 힘있게 벌어지는 속에 맡은 계획을 앞당겨 수행한 단위들이 날을 따라 늘어나고있다.",
    ],
    sequel: [
      "{공장}에서 2월말까지 1.4분기계획을 끝낼 목표를 세우고 힘찬 투쟁을 벌리고있다.",
      "경공업과학연구기관의 연구사들이 공장에 나와 우리 식으로 제작한 자동흐름선을 설치하는 사업을 돕고있다.",
      "직업동맹조직에서는 체육경기와 예술소품공연을 조직하여 로동자들의 기세를 북돋아주고있으며 후방일군들은 밤마다 더운 식사를 현장에 날라가고있다.",
    ],
  },
  {
    language: "ko",
    words: {
      최저: ["령하 11", "령하 9", "령하 7", "령하 4"],
      최고: ["령하 2", "0", "1", "3"],
      바람: ["북서풍", "북동풍", "서풍", "남서풍"],
      날,
      둘째: ["령하 14", "령하 12", "령하 10", "령하 5"],
    },
    text: [
      "기상수문국의 통보에 의하면 {날} 우리 나라는 고기압의 영향을 받아 대부분지역에서 대체로 개이겠으며 서해안지역에서 {바람}이 초당 5~8m로 불것이 예견된다.",
      "평양의 아침 최저기온은 {최저}℃, 낮최고기온은 {최고}℃이며 신의주의 아침 최저기온은 {둘째}℃로 예견된다. 혜산에서는 평년보다 낮겠다.",
      "밤에는 북부내륙의 일부 지역에서 약간의 눈이 내리겠다. 바다물결은 조선동해에서 1~2m, 조선서해에서 0.5~1m로 일것으로 보고있다.",
    ],
    sequel: [
      "이번 주말부터 찬 대기가 북부내륙을 지나가면서 날씨가 변할것이 예견된다.",
      "모든 부문에서 온실과 수도관이 얼지 않도록 대책을 세워야 할것이다.",
      "기상수문국에서는 수산사업소의 고기배들이 앞으로의 경보에 주의를 돌려 제때에 포구로 돌아올것을 요구하고있으며 도별 상세예보를 국가망을 통하여 통보하고있다.",
    ],
  },
  {
    language: "ko",
    words: { 나라, 수반, 이름, 수: ["4", "5", "6", "7"] },
    text: [
      "주조 {나라} 특명전권대사 {수반}과 대사관성원들이 만수대언덕에 높이 모신 위대한 수령 김일성동지와 위대한 령도자 김정일동지의 동상에 꽃바구니를 진정하였다.",
      "손님들은 동상을 우러러 인사를 드리였다. 이에 앞서 그들은 위대한 수령님께서 탄생하신 만경대고향집을 방문하고 강사의 해설을 들었다.",
      "오후에 대사와 {수}명의 일행은 조선혁명박물관을 참관하였다. 참관에는 대외문화련락위원회 부위원장 {이름}이 동행하였다.",
      "대사는 감상록에 글을 남기였다.",
    ],
    sequel: [
      "주조 {나라}대사관이 저녁에 대동강외교단회관에서 연회를 마련하였다.",
      "연회에서는 {수반}과 {이름}이 연설하였다.",
      "연설자들은 교육과 보건, 체육분야에서의 교류를 발전시킬데 대하여 강조하고 두 나라 인민들사이의 오랜 친선을 위하여 잔을 들것을 제의하였으며 참가자들은 영화를 감상하고 수공예품전시회장을 돌아보았다.",
    ],
  },
  {
    language: "ko",
    words: { 이름, 군, 도, 나이: ["백번째", "백한번째"] },
    text: [
      "경애하는 김정은동지께서 {도} {군}군에서 살고있는 {이름}할머니에게 {나이} 생일상을 보내주시였다.",
      "해방전 가난한 농민의 가정에서 태여난 할머니는 고마운 사회주의제도하에서 참된 삶을 누리게 되였다. 할머니는 수십년간 농사일에 자기의 땀을 바치였으며 자식들을 군인으로, 로동자로 키웠다.",
      "군의 일군들이 집을 찾아 생일상을 전달하였다. 장수자와 가족들은 은덕에 고마움을 금치 못해하였으며 이웃들도 찾아와 기쁨을 함께 나누었다.",
    ],
    sequel: [
      "할머니의 손자들이 보답의 마음을 안고 탄광으로 탄원하였다.",
      "이 가정은 3대가 한포전에서 일해오는 집으로 {군}군에 널리 알려져있다.",
      "집마당에서는 이웃학교 학생들의 노래와 춤무대가 펼쳐졌으며 할머니는 처녀시절에 배운 노래를 불러 모두를 기쁘게 하였다. {도}의 신문은 장수자의 생활을 소개하는 글을 실었다.",
    ],
  },
  {
    language: "ko",
    words: {
      이름,
      나라,
      날,
      분야: ["보건", "교육", "농업", "정보기술", "문화"],
      도시: ["비엔쨘", "아바나", "울란바따르", "민스크", "마나구아"],
    },
    text: [
      "{이름}을 단장으로 하는 공공봉사성대표단이 {도시}에서 진행되는 {분야}부문 국제회의에 참가하기 위하여 {날} 평양을 출발하였다.",
      "평양국제비행장에서 관계부문 일군들과 주조 {나라} 림시대리대사가 대표단을 전송하였다.",
      "대표단은 체류기간 대방과 회담을 진행하고 과학연구기관들과 본보기단위들을 참관하며 앞으로의 협조문제와 관련한 의견을 교환하게 된다.",
    ],
    sequel: [
      "돌아온 {이름}단장은 기자들에게 회담이 친선적인 분위기속에서 진행되였다고 말하였다.",
      "{도시}에서는 2년간의 교류에 관한 합의서가 쌍방사이에 조인되였다.",
      "대표단은 대학과 시장, 박물관을 돌아보았으며 현지에서 살고있는 동포들을 만나 그들의 애국활동에 대한 이야기를 들었다. 비행장에서는 {나라}대사관성원들이 대표단을 맞이하였다.",
    ],
  },
];
