package anonymity

import (
	"slices"
	"strings"
	"testing"
)

func kinds(found []Finding) (all []Kind) {
	for _, f := range found {
		if !slices.Contains(all, f.Kind) {
			all = append(all, f.Kind)
		}
	}
	return all
}

// What the issue names, and the ways in which people get around a search for it.
func TestTraces(t *testing.T) {
	c := checker(t)
	known := Known{Tips: []string{"我家后头那个院子天天半夜往外拉蓝色塑料桶，味道冲得眼睛都睁不开。"},
		People: []string{"李建国"}, Firms: []string{"方山县鑫源化工有限公司"}}
	for draft, want := range map[string]Kind{
		"昨晚十点群众来电":                Time,
		"查扣晋J一二三四五号货车":            Plate,
		"11月23日接到举报":              Time,
		"１１月２３日，接到舉報":             Time,
		"十一月二十三日接到举报":             Time,
		"11月24日，县应急局检查":           Time, // no tip came on it: every day is found
		"2026-11-24县应急局检查":        Time,
		"接到3条线索":                  Count,
		"接到叁条线索，多次反映":             Count,
		"群众多次反映":                  Count,
		"举报后两天内就取缔了":              Interval,
		"接到线索的当天":                 Interval,
		"离举报人家300米":               Distance,
		"西相王村一处院子":                Place,
		"西相王一处院子":                 Place,
		"大武镇2组37号院":               Place,
		"村委会旁边":                   Place,
		"小学背后":                    Place,
		"G209国道K12+300处":          Place,
		"北纬37.8765":               Place,
		"当事人张某":                   Person,
		"李建国被处罚":                  Person,
		"李 建 国被处罚":                Person,
		"法定代表人：王秀英":               Person,
		"高老板":                     Person,
		"电话１３８　３４８０　６６２１":         Phone,
		"电话138-3480-6621":         Phone,
		"一三八三四八〇六六二一":             Phone,
		"(0358)6027713":           Phone,
		"晋J·12345":                Plate,
		"晋Ｊ１２３４５":                 Plate,
		"身份证142332196805123317":   ID,
		"14233219680512331x":      ID,
		"信用代码92141128MA0K3X7L2P":  ID,
		"鑫源化工":                    Firm,
		"鑫源公司":                    Firm,
		"太原某某贸易有限公司":              Firm,
		"附近养猪户反映":                 Tipster,
		"一名工人提供了线索":               Tipster,
		"热心村民张某反映":                Tipster,
		"“半夜往外拉东西已经拉了半年了”":        Quote,
		"举报人很勇敢":                  Forbidden,
		"当晚赶到圪洞镇":                 Interval,
		"不到两天就摸清了情况":              Interval,
		"从得到消息到拉闸断电":              Interval,
		"三个小时后贴上封条":               Interval,
		"国庆节头一天，镇上得知有人卖油":         Time,
		"入伏那几天":                   Time,
		"好几位乡亲都来说":                Count,
		"俩人先后提过":                  Count,
		"紧挨着那家的后墙":                Distance,
		"209国道往西第三条支沟里":           Place,
		"采摘园最里头那座大棚":              Place,
		"村支书的弟弟":                  Person,
		"薛家二叔":                    Person,
		"姓高的男子":                   Person,
		"养鸡场老板娘":                  Person,
		"据在对面坡上干活的人讲":             Tipster,
		"一位常年放羊的老汉留了心":            Tipster,
		"给大棚送菜苗的商贩起了疑心":           Tipster,
		"要不是隔壁店员多说一句":             Tipster,
		"院子天天半夜往外拉蓝色塑料桶":          Words,
		"院子天天半夜，往外拉蓝色的塑料桶":        Words, // a mark and a word between
		"天天半夜往外拉藍色塑料桶":            Words, // traditional characters
		"天天办夜往外拉兰色素料桶":            Words, // the same sounds
		"眼睛都睁不开，味道冲得很":            Words, // in another order
		"天天半夜 往外拉 蓝色塑料桶":          Words,
		"天 天 半 夜 往 外 拉 蓝 色 塑 料 桶": Words,
	} {
		found := c.Check(Draft{Text: draft}, known)
		if !slices.Contains(kinds(found), want) {
			t.Errorf("%s: found %v, want %s", draft, kinds(found), want)
		}
		if title := c.Check(Draft{Title: draft}, known); len(title) != len(found) {
			t.Errorf("%s: %d findings in a title, %d in the text", draft, len(title), len(found))
		}
	}
	for _, draft := range []string{
		"大武镇：查处一处无证无照的“小化工”窝点",
		"2026年10月，县应急局在大武镇依法查处一处无证无照的“小化工”窝点。\n处理情况：断电断水，彻底拆除生产设备，清理厂房、原料和产品，立案处罚。\n依法罚款 12 万元。\n县安委办会按规定回头看，防止死灰复燃。",
		"现场查封储罐3处、设备12台。",
		"根据群众举报，县应急局依法查处。",
		"发现可疑情况请打12345或者12350。",
		"依据危险化学品安全法第一百条处罚，方应急罚〔2026〕12号。",
		"积翠镇、圪洞镇开展联合检查。",
		"收缴原料312瓶，清运5.2吨，用了三天。",
		"2026年10月，市生态环境局方山分局在大武镇依法查处一处窝点。",
		"限当事人十五日内清理完毕。",
		"群众可以扫码、拨打12345反映诉求，我们一件一件办。",
		"举报电话：12345、12350",
		"公安机关已对三人提起公诉。",
		"出租房屋的业主，要查验承租人的证照，发现异常及时劝阻。",
		"执法人员在现场拍照取证，查封一处汽修门店。",
		"镇政府组织村干部、网格员入户宣传怎么辨认小化工。",
		"该场所无营业执照，店主被依法处罚，销售的涂料全部没收。",
		"县人民政府要求各镇在三个月内完成排查整治。",
		"从今年1月到10月，全县共查处窝点六处。",
		"市生态环境局方山分局对土壤取样检测，检测报告显示未超标。",
	} {
		if found := c.Check(Draft{Text: draft}, known); len(found) > 0 {
			t.Errorf("%s: %+v", draft, found)
		}
	}
}

// No village is told, nor what lies within it.
func TestVillage(t *testing.T) {
	c := checker(t)
	if got := c.Check(Draft{Text: "大武镇西相王村一处院子"}, Known{}); len(got) != 1 || got[0].Detail == "" || got[0].Span != (Span{3, 7}) {
		t.Errorf("%+v", got)
	}
	for _, text := range []string{"西相王村东头", "西相王村和水源村"} {
		for _, k := range kinds(c.Check(Draft{Text: text}, Known{})) {
			if k != Place {
				t.Errorf("%s: %v", text, k)
			}
		}
	}
}

// TestWholeNames: a name that stands in no record is found by what stands around it, and what only begins like a name is none.
func TestWholeNames(t *testing.T) {
	c := checker(t)
	for text, want := range map[string]Span{
		"在峪口镇王二旺家的养猪场查处一处窝点": {4, 7},
		"查处村民王二旺非法经营的窝点":     {4, 7},
		"对王二旺、李四毛处以罚款":       {1, 4},
		"抓获王二旺等三人":           {2, 5},
		"王二旺（男，45岁）":         {0, 3},
		"王二旺因涉嫌危险作业罪被刑拘":     {0, 3},
		"场地租给张建军使用":          {4, 7},
		"带头的张建军已被控制":         {3, 6},
		"从张建军手中租得":           {1, 4},
	} {
		if got := c.Check(Draft{Text: text}, Known{}); len(got) != 1 || got[0].Kind != Person || got[0].Severity != Block || got[0].Span != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for _, text := range []string{"执法人员严格依法处置", "执法人员严密布控，人员马上撤离", "对黄磷依法处置，对高压釜依法拆除", "工人高度配合，人员任何时候不得进入", "将余料、金属桶等三十余吨移交", "一名男子因涉嫌危险作业罪被刑拘",
		"张某因涉嫌危险作业罪被刑拘", "对许可证过期的企业处以罚款", "石料厂被查封，江边的土地已清理", "方山县对马坊镇两家企业处以罚款"} {
		for _, f := range c.Check(Draft{Text: text}, Known{}) {
			if f.Kind == Person && f.Severity == Block {
				t.Errorf("%s: %+v", text, f)
			}
		}
	}
}

// TestBrands: a firm that stands in no record is told by the luck that its name wishes.
func TestBrands(t *testing.T) {
	c := checker(t)
	for text, want := range map[string]int{
		"宏达公司被查封": 1, "查处鑫源涂料厂": 1, "在顺发精细化工厂内": 1, "与隆盛建材公司无关": 1,
		"供电公司断电": 0, "一家涂料厂被查封": 0, "废弃的砖厂内": 0, "彻底清理化工厂": 0, "县石化公司配合": 0, "发泡塑料厂房": 0,
	} {
		if got := c.Check(Draft{Text: text}, Known{}); len(got) != want || want == 1 && got[0].Kind != Firm {
			t.Errorf("%s: %+v", text, got)
		}
	}
	if got := c.Check(Draft{Text: "宏达公司被查封"}, Known{MayName: []string{"宏达公司"}}); len(got) != 0 {
		t.Errorf("may be told: %+v", got)
	}
}

func TestFirmThatMayBeTold(t *testing.T) {
	c := checker(t)
	k := Known{Firms: []string{"永胜化工厂"}}
	d := Draft{Text: "方山县永胜化工有限公司被处罚"}
	if got := kinds(c.Check(d, k)); !slices.Equal(got, []Kind{Firm}) {
		t.Errorf("%v", got)
	}
	if got := c.Check(d, Known{MayName: []string{"永胜化工有限公司"}}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestPhotoAtWhichNobodyLooked(t *testing.T) {
	got := checker(t).Check(Draft{Confirmed: []bool{true, false}}, Known{})
	if len(got) != 1 || got[0].Kind != Picture || got[0].Severity != Block || got[0].Span.From != 1 {
		t.Errorf("%+v", got)
	}
}

// The check must not become worse on the drafts that were looked at while it was written.
func TestDevelopmentSet(t *testing.T) {
	s := rate(checker(t), drafts(t, "dev"))
	if n := s.sum(); n.planted < 90 || n.noticed*100 < n.planted*97 || n.alarms > 4 {
		t.Errorf("\n%s%s", s, strings.Join(s.notes, "\n"))
	}
}

// A finding holds nothing of a tip: it is a place in the draft and a word of the profile.
func TestFindingsHoldNoWordOfATip(t *testing.T) {
	c := checker(t)
	said := map[string]bool{"": true, village: true}
	for _, f := range c.profile.Publicity.Forbidden {
		said[f.Why] = true
	}
	for _, d := range append(drafts(t, "dev"), drafts(t, "holdout")...) {
		for _, f := range c.Check(Draft{Text: d.Text}, d.known) {
			if !said[f.Detail] {
				t.Errorf("%s: a finding says %q", d.ID, f.Detail)
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	c := checker(f)
	for _, d := range drafts(f, "dev") {
		f.Add(d.Text, d.known.Tips[0])
	}
	f.Add(strings.Repeat("举报后", 3000), strings.Repeat("一", 9000))
	f.Add("\xff\x00１１月", "")
	f.Fuzz(func(t *testing.T, draft, tip string) {
		found := c.Check(Draft{Title: draft, Text: draft}, Known{Tips: []string{tip, draft}, People: []string{tip}, Firms: []string{tip}})
		n := len([]rune(strings.ToValidUTF8(draft, "□")))
		for i, f := range found {
			if f.Span.From < 0 || f.Span.From >= f.Span.To || f.Span.To > n {
				t.Fatalf("finding %d: %+v of %d characters", i, f, n)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	c := checker(b)
	d := drafts(b, "dev")[10]
	d.known.Tips = slices.Repeat([]string{strings.Repeat("村东头废砖窑后面那个院，白天大门锁着。", 50)}, 100)
	d.known.Written = []string{d.Text}
	for b.Loop() {
		c.Check(Draft{Text: strings.Repeat(d.Text, 10)}, d.known)
	}
}
