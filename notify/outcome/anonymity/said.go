package anonymity

import "regexp"

// The words of the patterns below. A pattern never reaches over the end of a sentence.
const (
	number = `(?:\d{1,3}|[一二两三四五六七八九十几数多百]{1,4})`
	tell   = `(?:举报|反映|诉求|工单|留言|扫码|转办|平台(?:受理|转|收到|接)|来函|来电|来信|来访|投诉|报警|接报|报料|爆料|信访|线索|(?:打来?[了进]?|拨打)[^。；，]{0,6}(?:电话|12345|12350)|(?:打进|打来|接到|收到)[^。；，]{0,6}(?:电话|消息|信)|电话打进|传到县里|报到[^。；]{0,6}(?:政府|县里|镇[里上]|局)|消息传[来到]|(?:得到|听到|传来|收到)消息|得知|获[知悉]|有人(?:说|讲|告诉|看[见到]|听[见到]|闻[见到]))`
	clock  = `(?:凌晨|清晨|清早|一大?早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|半夜|当晚|当天|当日)`
	day    = `(?:(?:(?:20\d\d|今|去|前|二〇[一二三四五六七八九〇]{2})年)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?|[上中下]旬|[初底末中]?)|昨[天日晚]|前[天日晚]|上个?(?:周|月|星期)[一二三四五六日天末初底]?|(?:元旦|春节|清明|五一|端午|中秋|国庆|假期)[^。；，]{0,12}|\d{1,2}[日号])`
	whose  = `(?:群众|村民|居民|市民|住户|网友|人)`
	span   = `(?:(?:\d{1,3}|[一二两三四五六七八九十半几]{1,5})(?:个)?(?:小时|分钟|工作日|天|日|周|星期|月|钟头|[上下]午|晚上|早上|夜)|第[二三四五六七八九十]个?(?:工作)?[天日])`
)

// pattern finds one kind of trace; the first group is what is marked, or all of it where there is none.
type pattern struct {
	kind     Kind
	severity Severity
	*regexp.Regexp
}

var patterns = []pattern{
	{Time, Block, regexp.MustCompile(day + `(?:、?` + day + `|、\d{1,2}[日号]|[和、及])*[^。；]{0,12}?` + clock + `?[^。；]{0,16}?` + tell)},
	{Time, Block, regexp.MustCompile(clock + `[^。；，]{0,6}[，,]?[^。；，]{0,8}?` + tell)},
	{Time, Block, regexp.MustCompile(tell + `[^。；，]{0,8}(?:时间|日期)[是为：:]?[^。；，]{0,3}` + day + `?` + clock + `?`)},
	{Time, Block, regexp.MustCompile(tell + `[^。；，]{0,4}[于是在]` + day)},

	{Count, Block, regexp.MustCompile(`第` + number + `[次个条件遍][^。；，]{0,6}` + tell + `|` + tell + `[^。；，]{0,2}第` + number + `[次条件遍]`)},
	{Count, Block, regexp.MustCompile(`(?:` + number + `|多)余?(?:条|件|起|次|遍|通|封|则|张|份|个|位|名)[^。；，]{0,10}?` + tell)},
	{Count, Block, regexp.MustCompile(tell + `(?:了|过|共|计|达)?[^。；，]{0,3}?` + number + `余?(?:条|件|起|次|遍|通|封|则|张|份|人)`)},
	{Count, Block, regexp.MustCompile(`(?:先后|多次|连续|接连|陆续|不约而同|再次|又一次|屡次|反复|均有人|都有人|不止一[个人次])[^。；，]{0,8}?` + tell)},

	{Count, Block, regexp.MustCompile(`(?:仅|只|就|唯)有?(?:一|1|两|2)(?:个|位|名)?(?:人|户)|先是?[^。；，]{0,10}` + tell + `[^。；]{0,3}(?:后|又|再|接着)[^。；，]{0,10}`)},

	{Count, Block, regexp.MustCompile(`第?[俩仨一二两三四五六几好多数]{1,3}(?:个|位|名|拨|批|户)?(?:人|乡亲|村民|群众|居民|住户)[^。；，]{0,4}(?:提[过到及]|[说讲]|问[过起]|来(?:过|说|讲|找|信|电)|找上)`)},

	// Days that have a name of their own are as exact as dates.
	{Time, Ask, regexp.MustCompile(`(?:正月|腊月|元宵|除夕|小年|大年|入伏|数九|立[春夏秋冬]|[夏冬]至|开学|秋收|麦收|庙会|赶集)[^。；，]{0,4}|[^。；，]{1,6}(?:那[几两]?天|[头第]一天)`)},

	{Interval, Block, regexp.MustCompile(tell + `[^。；，]{0,6}(?:后|起|到|至|来|转来)?[^。；]{0,8}?(?:` + span + `(?:之?内|后|以内|以后)?|当天|当日|当晚|次日|次周|第二天|隔天|翌日|连夜|随后一[周天])[^。；，]{0,4}`)},
	{Interval, Block, regexp.MustCompile(`从[^。；，]{0,10}` + tell + `[^。；]{0,14}到[^。；]{0,16}` + span)},
	{Interval, Block, regexp.MustCompile(tell + `[^。；]{0,12}(?:只用了?|仅用|不到|不足|前后)[^。；]{0,4}` + span)},

	// How quick it was, and what happened on the same day or the next, of whatever: it began with a tip.
	{Interval, Ask, regexp.MustCompile(`(?:不到|不足|不出|短短|前后[^。；，]{0,4}|[只仅][用花][了时]?|用时|历时)` + span)},
	{Interval, Ask, regexp.MustCompile(`(?:\d{1,2}|[一二两三四五六七八九十半几]{1,3})个?(?:小时|钟头|分钟)(?:之后|以后|后)|没过[^。；，]{0,2}[天日]`)},
	{Interval, Ask, regexp.MustCompile(`当[晚夜]|连夜|次日|翌日|隔[天日]|第二天|从[^。；，]{0,6}(?:得到|接到|收到|听到|得知|获[知悉]|发现)[^。；]{0,12}到`)},

	{Distance, Block, regexp.MustCompile(`(?:距离?|离|与)[^。；，]{0,4}(?:举报|反映|报案|来电|发现|投诉)[^。；，]{0,14}(?:[\d.]+|[一二两三四五六七八九十几百]+)(?:多|来|余)?(?:米|里|公里|步|墙之隔|条街|条路)`)},
	{Distance, Block, regexp.MustCompile(`(?:距离?|离|与)[^。；，]{0,6}(?:他|她|其|该户|那户|这户|群众|村民)[^。；，]{0,3}家[^。；，]{0,6}(?:[\d.]+|[一二两三四五六七八九十几百]+)(?:多|来|余)?(?:米|里|公里|步|墙之隔|条街)`)},

	{Distance, Ask, regexp.MustCompile(`(?:距离?|离|与|和)[^。；，]{0,8}(?:住户|人家|邻居|民房|居民|村民|群众|政府|村委会|派出所|学校|小学|幼儿园|卫生院)[^。；，]{0,8}(?:[\d.]+|[一二两三四五六七八九十几百]+)(?:多|来|余)?(?:米|里|公里|步)`)},
	{Distance, Ask, regexp.MustCompile(`[^。；，与和]{0,10}(?:一墙之隔|一路之隔|一沟之隔|斜对过|对过|隔墙)`)},

	{Distance, Ask, regexp.MustCompile(`(?:紧?挨着|毗邻)[^。；，]{0,10}[家户院墙房]`)},
	{Distance, Ask, regexp.MustCompile(`最近的?(?:一户|那户)?(?:住户|人家|民房|邻居|村民家)`)},
	{Count, Block, regexp.MustCompile(`(?:一|两|几|三|\d)(?:通|封)[^。；，]{0,6}(?:电话|信|邮件)`)},

	{Tipster, Block, regexp.MustCompile(`线索由[^。；，]{1,10}|由(?:一|两|几|某)[名位个户][^。；，]{1,10}(?:提供|反映|举报|报告)`)},
	{Tipster, Block, regexp.MustCompile(`[^。；，]{0,6}(?:口音|来电者|来信者|留言者|来电人|来信人|反映人|报告人|提供者|热心人|知情者)[^。；，]{0,6}|火眼金睛|慧眼|(?:反映|举报|报告|提供|提交|上传|来电|来信|留言|说明)[^。；，]{0,6}的(?:就?是|为)[^。；，]{1,10}`)},

	{Tipster, Ask, regexp.MustCompile(`(?:多亏|幸亏|亏得|全[靠凭]|得益于)[^。；，]{1,20}`)},

	{Quote, Ask, regexp.MustCompile(`[“"「『][^”"」』]{6,200}[”"」』]`)},
}

// found looks for the patterns.
func (t *text) found() []Finding {
	var all []Finding
	for _, p := range patterns {
		for _, m := range p.FindAllStringIndex(t.s, -1) {
			all = append(all, Finding{Kind: p.kind, Severity: p.severity, Span: t.span(m[0], m[1])})
		}
	}
	return all
}

// told finds days told more exactly than by their month. It must not know on which of them a tip came: whoever writes could ask day by day.
func (t *text) told() []Finding {
	var all []Finding
	for _, m := range dated.FindAllStringIndex(t.s, -1) {
		if !deadline.MatchString(t.s[m[1]:]) {
			all = append(all, Finding{Kind: Time, Severity: Ask, Span: t.span(m[0], m[1])})
		}
	}
	return all
}

var (
	dated    = regexp.MustCompile(`(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:份的?)?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|初[一二三四五六七八九十])[日号]?|20\d\d[\-./]\d{1,2}[\-./]\d{1,2}|(?:\d{1,2}|[一二三四五六七八九十]{1,3})日|(?:星期|礼拜|周)[一二三四五六日天]`)
	deadline = regexp.MustCompile(`^(?:之?内|以内|前|后|起|整改|期限)`)
)

var digits = map[rune]int{'零': 0, '〇': 0, '壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9, '幺': 1, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// somebody is who may have tipped, act what they did.
var (
	somebody = regexp.MustCompile(`(?:(?:一|两|几|某|数)(?:名|位|个|户)|热心|知情|附近|隔壁|邻近|曾在|住在|当地|对面|有的?|据)?[^。；，、]{0,12}?(?:(?:一|两|几|某)[名位个][^。；，、]{1,8}|工人|员工|干部|环卫|青年|年轻人|支书|会计|村医|护林员|巡河员|保安|快递|外卖|小哥|妇女|姑娘|小伙|老太|婆婆|母亲|父亲|妻子|丈夫|媳妇|弟兄|兄弟|游客|同行|有(?:位|个|名)?(?:村民|居民|市民|网友)|职工|打工|干过活|店员|看门|门卫|老汉|老人|大爷|大妈|放羊|养羊|养猪|养鸡|养殖户|农户|教师|老师|家长|学生|司机|邻居|隔壁|对门|亲戚|侄子|外甥|儿子|女儿|房东|租户|承租人的|住户|人家|知情人|师傅|[商小]贩|老乡|乡亲|摊主|工友|牧民|[果菜]农|车主|热心|退休|商户|网格员|过路|户主)[^。；，、]{0,6}`)
	act      = regexp.MustCompile(`反映|举报|报告|上报|报信|说明|留了?[心意神]|注意|起疑|警觉|看[见到]|听[见到]|闻[见到]|撞见|提交|上传|打了|拨通|拍[照下了到]|扫码|留言|来信|写信|消息|多次提醒|指认|带路|求助|介绍|透露|线索|提供|拨打|来电|电话|说|称|讲|告诉|引起|觉得|担心|牵出|浮出|难受|意见|疑心|不对劲|不放心|察觉|发现|怀疑|松了口气|爆料|不适|死亡|不敢`)
	sentence = regexp.MustCompile(`[^。；\n]+`)
	// appeals are what everybody is asked to do; quoted is whose words are told, whoever it is, but for what was learned of many or by looking.
	appeals  = regexp.MustCompile(`(?:^|，)(?:请(?:广大|各位|大家|全体)|要[^不]|应当?|必?须|不得|严禁|切勿)[^，]*$`)
	quoted   = regexp.MustCompile(`据([^。；，]{1,16}?)(?:讲述?|说|称|回忆|报告|反映|介绍|提供)`)
	learned  = regexp.MustCompile(`^(?:广大)?群众$|调查|检[测查验]|鉴定|核[查实]|了解|通报|统计|测算|监测|规定|条例`)
	officers = regexp.MustCompile(`执法人员|县[^，。；]{0,8}(?:局|办|队|政府)|镇政府|当事人|嫌疑人|负责人|经营者|民警|队员|专家|工作人员|窝点|场所|检查组|工作组`)
)

// hinted finds who may have tipped: a kind of person, and soon after what they did.
func (t *text) hinted() []Finding {
	var all []Finding
	for _, s := range sentence.FindAllStringIndex(t.s, -1) {
		for at := s[0]; at < s[1]; {
			m := somebody.FindStringIndex(t.s[at:s[1]])
			if m == nil {
				break
			}
			from, to := at+m[0], at+m[1]
			at = to
			after := t.s[from:min(s[1], cut(t.s, to+72))]
			did := act.FindStringIndex(after)
			if did == nil || officers.MatchString(after[:did[0]]) || officers.MatchString(t.s[from:to]) || appeals.MatchString(t.s[s[0]:to]) {
				continue
			}
			all = append(all, Finding{Kind: Tipster, Severity: Block, Span: t.span(from, to)})
		}
	}
	for _, m := range quoted.FindAllStringSubmatchIndex(t.s, -1) {
		if who := t.s[m[2]:m[3]]; !officers.MatchString(who) && !learned.MatchString(who) {
			all = append(all, Finding{Kind: Tipster, Severity: Block, Span: t.span(m[2], m[3])})
		}
	}
	return all
}

// cut is the end of the character in which byte i of s lies, or the end of s.
func cut(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	for i < len(s) && s[i]&0xC0 == 0x80 {
		i++
	}
	return i
}
