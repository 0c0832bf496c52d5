use super::*;

fn named(text: &str) -> String {
    Place::named(text).map(Place::name).unwrap_or_default()
}

#[test]
fn the_table_is_whole() {
    let all = regions_within(None);
    let count = |kind| all.iter().filter(|one| one.kind == kind).count();
    assert_eq!((count(Kind::Area), count(Kind::Province)), (8, 34));
    assert!(count(Kind::Country) > 240, "{}", count(Kind::Country));
    // Every name that can be chosen is understood as what it names.
    let mut regions = 0;
    let mut rest: Vec<Listed> = all;
    while let Some(one) = rest.pop() {
        let place = Place::named(&one.name);
        assert_eq!(place.map(Place::name).as_deref(), Some(one.name.as_str()), "{}", one.name);
        regions += 1;
        if one.has_parts && one.kind >= Kind::Province {
            rest.extend(regions_within(place.as_ref()));
        }
    }
    assert!(regions > 3_400, "{regions}");
}

#[test]
fn one_text_names_one_place() {
    for (text, place) in [
        ("深圳", "广东省深圳市"),
        ("深圳市", "广东省深圳市"),
        ("广东省深圳市", "广东省深圳市"),
        ("广东 深圳", "广东省深圳市"),
        ("广东-深圳-南山", "广东省深圳市"),
        ("广东省深圳市南山区科技园科苑路 15 号", "广东省深圳市南山区"),
        ("深圳南山科技园", "广东省深圳市南山区"),
        ("中国广东省深圳市", "广东省深圳市"),
        ("廣東省深圳市", "广东省深圳市"),
        ("Shenzhen", "广东省深圳市"),
        ("SHENZHEN CITY", "广东省深圳市"),
        ("Shenzhen, Guangdong, China", "广东省深圳市"),
        ("Guangdong Province Shenzhen City 518000", "广东省深圳市"),
        ("Nanshan District, Shenzhen", "广东省深圳市"),
        ("上海市徐汇区陕西南路 100 号", "上海市徐汇区"),
        ("上海徐汇区陕西南路", "上海市徐汇区"),
        ("上海市上海市徐汇区", "上海市徐汇区"),
        ("上海浦东", "上海市浦东新区"),
        ("上海 北京西路 968 号", "上海市"),
        ("上海南京西路 1266 号", "上海市"),
        ("徐汇区陕西南路", "上海市徐汇区"),
        ("北京市市辖区朝阳区", "北京市朝阳区"),
        ("朝阳区, 北京", "北京市朝阳区"),
        ("江苏苏州", "江苏省苏州市"),
        ("Suzhou, Jiangsu", "江苏省苏州市"),
        ("昆山", "江苏省苏州市昆山市"),
        ("义乌市", "浙江省金华市义乌市"),
        ("吉林", "吉林省"),
        ("吉林市", "吉林省吉林市"),
        ("恩施州", "湖北省恩施土家族苗族自治州"),
        ("海南", "海南省"),
        ("青海海南", "青海省海南藏族自治州"),
        ("广西省南宁市", "广西壮族自治区南宁市"),
        ("新疆乌鲁木齐", "新疆维吾尔自治区乌鲁木齐市"),
        ("济源市", "河南省济源市"),
        ("Hong Kong SAR", "香港特别行政区"),
        ("中国香港", "香港特别行政区"),
        ("香港九龙观塘区", "香港特别行政区九龙观塘区"),
        ("香港觀塘區", "香港特别行政区九龙观塘区"),
        ("Macao SAR China", "澳门特别行政区"),
        ("臺灣", "台湾省"),
        ("Taiwan, Province of China", "台湾省"),
        ("中華人民共和國香港特別行政區", "香港特别行政区"),
        ("Hong Kong S.A.R. (China)", "香港特别行政区"),
        ("Guangxi Zhuang Autonomous Region", "广西壮族自治区"),
        ("Inner Mongolia Autonomous Region", "内蒙古自治区"),
        ("深圳 Shenzhen", "广东省深圳市"),
        ("刚果（布）", "刚果（布）"),
        ("台北市", "台湾省台北市"),
        ("Germany", "德国"),
        ("德国柏林", "德国"),
        ("Côte d’Ivoire", "科特迪瓦"),
        ("United States of America", "美国"),
        ("华东", "华东"),
    ] {
        assert_eq!(named(text), place, "{text}");
    }
}

#[test]
fn a_street_is_not_the_place_it_is_called_after() {
    for text in [
        "陕西南路",
        "南京东路 100 号",
        "北京西路",
        "北京东路",
        "中山北路",
        "中山路",
        "河南中路 88 号",
        "重庆南路三段",
        "福州路",
        "吉林大路",
        "长沙湾道 100 号",
        "广州大道中 289 号",
        "中山大学",
        "北京饭店",
        "中国银行",
        "123 Beijing Road",
        "Shanghai Street",
        "朝阳区",
        "鼓楼区",
        "市",
        "",
        "南山",
    ] {
        assert_eq!(named(text), "", "{text}");
    }
}

#[test]
fn several_texts_together_say_more() {
    let surely = |texts: &[&str]| {
        let found = understand(texts);
        let mut names: Vec<String> = found.into_iter().map(Place::name).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        names.into_iter().next().unwrap_or_default()
    };
    assert_eq!(surely(&["北京", "朝阳区"]), "北京市朝阳区");
    assert_eq!(surely(&["朝阳区", "吉林"]), "吉林省长春市朝阳区");
    assert_eq!(surely(&["Suzhou", "Anhui"]), "安徽省宿州市");
    // Which of two it is nobody says: both are in China.
    assert_eq!(surely(&["Suzhou"]), "中国");
    assert_eq!(surely(&["北京西路", "上海"]), "上海市");
    // The country is what stands last, and elsewhere names mean other places.
    assert_eq!(surely(&["Georgia", "United States"]), "美国");
    assert_eq!(surely(&["Taiyuan", "Japan"]), "日本");
    assert_eq!(Place::of_code("hk").map(Place::name).as_deref(), Some("香港特别行政区"));
    assert_eq!(Place::of_code("DE").map(Place::name).as_deref(), Some("德国"));
    assert_eq!(Place::of_code("XX"), None);
}
