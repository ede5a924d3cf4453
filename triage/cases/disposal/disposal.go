// Package disposal holds what the county writes down about a matter on the spot and after it: one form for each of the five disposals of the notice
// (方安办发〔2024〕74号 四), and for what goes with them. It owns the shapes, their labels and what makes a form complete, and knows nothing of cases, states or
// storage.
//
// The struct tags say what a page needs to ask: label is the name of a field; need:"yes" a field that must be filled; choices the answers that it takes, each
// id:name. Fields lists them, Decode reads them from what was posted, Check finds what is wrong.
package disposal

import "time"

// Kind is which form it is.
type Kind string

// The kinds: the look on the spot, the five disposals in the order of the notice, and the measures that go with them.
const (
	KindSurvey         Kind = "survey"         // 现场核查
	KindHalt           Kind = "halt"           // 四-1 责令停产整顿
	KindDismantle      Kind = "dismantle"      // 四-2 封闭装置、限期拆除
	KindClearance      Kind = "clearance"      // 四-3 彻底清理
	KindJudicial       Kind = "judicial"       // 四-4 移送司法
	KindTrace          Kind = "trace"          // 四-5 倒查上下游
	KindSeizure        Kind = "seizure"        // 查封扣押
	KindCutoff         Kind = "cutoff"         // 断电断水
	KindPenalty        Kind = "penalty"        // 立案处罚
	KindAccountability Kind = "accountability" // 问责
	KindVisit          Kind = "visit"          // 回头看; not offered among Kinds: a look-back is asked for
)

// Kinds lists them in the order in which a page offers them.
func Kinds() []Kind {
	return []Kind{KindSurvey, KindHalt, KindDismantle, KindClearance, KindJudicial, KindTrace, KindSeizure, KindCutoff, KindPenalty, KindAccountability}
}

// Name is the kind in Chinese.
func (k Kind) Name() string { return kindNames[k] }

var kindNames = map[Kind]string{
	KindSurvey: "现场核查", KindHalt: "责令停产整顿", KindDismantle: "封闭装置、限期拆除", KindClearance: "彻底清理", KindJudicial: "移送司法",
	KindTrace: "倒查上下游", KindSeizure: "查封扣押", KindCutoff: "断电断水", KindPenalty: "立案处罚", KindAccountability: "问责", KindVisit: "回头看",
}

// Person names somebody, or something by which somebody is known: a natural person, or a firm that may be one. Whoever stores a form seals it; see Part.
type Person string

// Day is a day in the county, 2026-11-29; "" when it is not known.
type Day string

// In is the midnight with which the day begins; false for what is no day.
func (d Day) In(zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	return t, err == nil
}

// Moment is a minute in the county as a form writes it, 2026-11-29T08:30.
type Moment string

const momentFormat = "2006-01-02T15:04"

// In is the moment; false for what is none.
func (m Moment) In(zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(momentFormat, string(m), zone)
	return t, err == nil
}

// Fen is money, in 分. A form writes 元 with at most two decimals.
type Fen int64

// Milli counts thousandths of the unit that stands beside it. A form writes at most three decimals.
type Milli int64

// Form is one filled form: Kind says which of the pointers is set.
type Form struct {
	Kind     Kind
	On       Day      `label:"办理日期" need:"yes"`
	Officers []Person `label:"办理人员" bson:",omitempty"` // two at least, where the law asks for it
	Document string   `label:"文书编号" bson:",omitempty"`

	Survey         *Survey         `bson:",omitempty"`
	Halt           *Halt           `bson:",omitempty"`
	Dismantle      *Dismantle      `bson:",omitempty"`
	Clearance      *Clearance      `bson:",omitempty"`
	Judicial       *Judicial       `bson:",omitempty"`
	Trace          *Trace          `bson:",omitempty"`
	Seizure        *Seizure        `bson:",omitempty"`
	Cutoff         *Cutoff         `bson:",omitempty"`
	Penalty        *Penalty        `bson:",omitempty"`
	Accountability *Accountability `bson:",omitempty"`
	Visit          *Visit          `bson:",omitempty"`
}

// Survey is what was found on the spot: the columns of the ledger (一点一档) that no measure fills.
type Survey struct {
	Site         string `label:"名称或代号" need:"yes"`
	Operator     Person `label:"经营者"`
	Controller   Person `label:"实际控制人"`
	Landlord     Person `label:"出租方"`
	Licences     string `label:"证照情况（执照、安许、经营许可、环评、排污、工业产品）"`
	Before       string `label:"以前取缔过吗" choices:"yes:取缔过,no:没有,unknown:不清楚" need:"yes"`
	Running      string `label:"现在在生产吗" choices:"yes:在生产,stopped:停着,gone:已经搬空,never:不是这回事" need:"yes"`
	Products     string `label:"产品"`
	Materials    string `label:"原料"`
	Amount       string `label:"估计数量"`
	Hazardous    string `label:"是不是危化品" choices:"yes:是,no:不是,unknown:等鉴定" need:"yes"`
	Controlled   string `label:"剧毒、易制爆、易制毒" choices:"yes:有,no:没有,unknown:等鉴定" need:"yes"`
	Process      string `label:"工艺与设备"`
	Tanks        int    `label:"储罐、气瓶数"`
	People       int    `label:"在场人数"`
	Surroundings string `label:"周边（住户、学校、水源、道路，各多远）"`
}

// Halt is 责令立即停产整顿，限期依法办理相关手续.
type Halt struct {
	Stopped  Day    `label:"停产日期" need:"yes"`
	Permits  string `label:"限期办理的手续" need:"yes"`
	Deadline Day    `label:"整改期限" need:"yes"`
	Lifted   Day    `label:"复查合格、恢复生产的日期"`
}

// Dismantle is 责令立即停产，封闭非法生产装置及所在区域，限期拆除.
type Dismantle struct {
	Stopped    Day         `label:"停产日期" need:"yes"`
	Area       string      `label:"封闭的装置和区域" need:"yes"`
	Deadline   Day         `label:"拆除期限" need:"yes"`
	Dismantled Day         `label:"拆完的日期"`
	Equipment  []Equipment `label:"设备去向"`
}

// Clearance is 彻底拆除生产设备、彻底清理厂房、彻底清理生产原材料和产品.
type Clearance struct {
	Stopped     Day         `label:"停产日期" need:"yes"`
	Cleared     Day         `label:"清完的日期"`
	Equipment   []Equipment `label:"设备去向"`
	NoEquipment string      `label:"没有设备的，写明为什么"`
	Materials   []Material  `label:"原料和产品去向"`
	NoMaterials string      `label:"没有原料和产品的，写明为什么"`
	Premises    string      `label:"厂房清理" choices:"yes:清完了,part:还在清,no:没有清" need:"yes"`
}

// Equipment is where some of the equipment went. A place in another town or county is told there (鄄城“1·20”：设备转移后爆炸).
type Equipment struct {
	What     string `label:"设备" need:"yes"`
	Count    int    `label:"台数" need:"yes"`
	How      string `label:"怎么处理的" choices:"destroyed:就地销毁,scrapped:送去报废,moved:搬走,kept:封存待处理" need:"yes"`
	Town     string `label:"去了本县哪个镇"` // code
	County   string `label:"去了哪个外县"`
	Where    string `label:"去向地" need:"yes"`
	Receiver Person `label:"接收人" need:"yes"`
	Moved    Day    `label:"运走的日期"`
}

// Material is where some of the raw materials or products went.
type Material struct {
	Name      string `label:"名称" need:"yes"`
	Hazardous string `label:"是不是危化品、危废" choices:"chemical:危化品,waste:危废,no:都不是,unknown:等鉴定" need:"yes"`
	Amount    Milli  `label:"数量" need:"yes"`
	Unit      string `label:"单位" choices:"t:吨,kg:公斤,l:升,m3:立方米,drum:桶,bottle:瓶" need:"yes"`
	Where     string `label:"去向地" need:"yes"`
	Receiver  Person `label:"接收单位（要有资质）" need:"yes"`
	Manifest  string `label:"联单编号"`
}

// Judicial is 构成犯罪的，及时移送司法机关.
type Judicial struct {
	To         string   `label:"移送给" choices:"police:公安机关,procuratorate:检察机关" need:"yes"`
	Sent       Day      `label:"移送日期" need:"yes"`
	Letter     string   `label:"移送书编号" need:"yes"`
	Suspicion  string   `label:"涉嫌什么" need:"yes"`
	Suspects   []Person `label:"涉案人员"`
	Answer     string   `label:"对方怎么答复" choices:"waiting:还没答复,filed:立案了,declined:不予立案" need:"yes"`
	Police     string   `label:"公安案号"`
	Prosecutor string   `label:"检察院案号"`
	Result     string   `label:"结果"`
}

// Trace is 倒查: who did business with it and did not report it.
type Trace struct {
	Firms []Firm `label:"上下游"`
	None  string `label:"没有查到的，写明怎么查的"`
}

// Firm is one that did business with it. Lead asks for a case of its own.
type Firm struct {
	Role   string `label:"是它的什么" choices:"supplier:供原料,buyer:收产品,landlord:租场地,carrier:跑运输,other:别的" need:"yes"`
	Name   Person `label:"名称" need:"yes"`
	Town   string `label:"在哪个镇"` // code
	Where  string `label:"在哪儿"`
	Told   string `label:"有没有及时报告" choices:"yes:报告过,no:没有报告,unknown:还在查" need:"yes"`
	Lead   string `label:"另立一条线索" choices:"yes:立,no:不立" need:"yes"`
	Result string `label:"怎么处理的"`
}

// Seizure is 查封扣押: at most 30 days, and 30 more (行政强制法 第二十五条); only by who the law names (第二十二条).
type Seizure struct {
	Things   string `label:"查封、扣押了什么" need:"yes"`
	From     Day    `label:"从哪天" need:"yes"`
	Until    Day    `label:"到哪天" need:"yes"`
	Approver Person `label:"批准的负责人" need:"yes"`
	Extended Day    `label:"延长到哪天"`
	Why      string `label:"为什么延长"`
	Ended    Day    `label:"解除日期"`
	Result   string `label:"最后怎么处理" choices:"returned:退还,confiscated:没收,destroyed:销毁,handed:移送"`
}

// Cutoff is 断电断水 (安全生产法 第七十条、行政强制法 第四十三条).
type Cutoff struct {
	What     string `label:"断什么" choices:"power:电,water:水" need:"yes"`
	Lived    string `label:"里面住人吗" choices:"no:不住人,yes:住人,unknown:还不清楚" need:"yes"`
	Meter    string `label:"断的是哪块表" choices:"production:生产用表,household:生活用表,mixed:合用一块表" need:"yes"`
	Approver Person `label:"批准的主要负责人" need:"yes"`
	Notice   string `label:"给供电、供水单位的书面通知编号" need:"yes"`
	Told     Moment `label:"通知企业的时间"`
	Cut      Moment `label:"断开的时间" need:"yes"`
	Urgent   string `label:"情况紧急没有提前 24 小时通知的，写明为什么"`
	Restored Day    `label:"解除日期"`
}

// Penalty is 立案 and 处罚决定.
type Penalty struct {
	Case        string `label:"立案号" need:"yes"`
	Filed       Day    `label:"立案日期" need:"yes"`
	Decision    string `label:"处罚决定书编号"`
	Decided     Day    `label:"决定日期"`
	Fine        Fen    `label:"罚款"`
	Confiscated Fen    `label:"没收违法所得"`
	Published   Day    `label:"公示日期"`
	Link        string `label:"公示链接"`
}

// Accountability is 问责: who was held to account, and whether the result is made public.
type Accountability struct {
	People    []Held `label:"问责的人"`
	Publish   string `label:"结果公开吗" choices:"yes:公开,no:不公开,later:还没定" need:"yes"`
	Why       string `label:"不公开的，写明为什么"`
	Published Day    `label:"公开日期"`
	Link      string `label:"公开链接"`
}

// Held is one person held to account.
type Held struct {
	Who     Person `label:"姓名" need:"yes"`
	Post    string `label:"职务"`
	Measure string `label:"处理结果" need:"yes"`
	By      string `label:"作出处理的单位" need:"yes"`
	On      Day    `label:"作出日期"`
}

// Visit is a look-back: is it still as it was left? Number says which of the days of the profile, from 1.
type Visit struct {
	Number    int    `label:"第几次回头看" need:"yes"`
	Running   string `label:"又干起来了吗" choices:"no:没有,signs:有动静、有气味,yes:又在生产" need:"yes"`
	Power     string `label:"电还断着吗" choices:"cut:还断着,back:又通了,none:本来没断" need:"yes"`
	Water     string `label:"水还断着吗" choices:"cut:还断着,back:又通了,none:本来没断" need:"yes"`
	Equipment string `label:"设备在登记的去向吗" choices:"there:在,moved:挪了,unknown:没查到,none:没有设备" need:"yes"`
	Party     string `label:"当事人换地方了吗" choices:"no:没有,elsewhere:换了地方,unknown:不清楚" need:"yes"`
	Remark    string `label:"看到什么"`
}
