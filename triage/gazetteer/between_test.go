package gazetteer

import (
	"testing"

	"qianshao/config/county"
)

// What lies between two places is in neither, also where one is called by an everyday word; ground that only is called so is no place.
func TestBetweenEverydayNames(t *testing.T) {
	g := gazetteer(t, embedded(t))
	for text, want := range map[string]struct {
		town  string
		asked int // places that it may be
	}{
		"水源和店坪之间的沟里冒白烟":     {"141128103", 2},
		"在店坪和水源之间，半夜冒白烟":    {"141128103", 2},
		"南村和新庄之间有个棚子":       {"141128102", 2},
		"西沟和麻峪两村中间":         {"141128101", 2},
		"开府跟窑上交界的地方":        {"141128101", 2},
		"不知道是店坪还是保安的地":      {"141128103", 2},
		"说不清是保安还是店坪的地":      {"141128103", 2},
		"到底是保安还是店坪我闹不清":     {"141128103", 2},
		"不是石湾就是赵庄，院里":       {"141128105", 2},
		"可能是保安村，也可能是店坪村":    {"141128103", 2},
		"店坪村吧，要么就是保安村":      {"141128103", 2},
		"保安村或者店坪村的院里":       {"141128103", 2},
		"保安村到店坪村这一段河滩":      {"141128103", 2},
		"店坪村、保安村、水源村三个村中间":  {"141128103", 2},
		"圪洞、峪口两镇交界处":        {"", 2},
		"东沟和西沟之间的地里":        {"", 0},
		"保安和司机之间有矛盾":        {"", 0},
		"店坪村那个厂，保安和狗都在院子中间": {"141128103", 0},
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if p.Town != want.town || len(p.Alternatives) != want.asked || want.asked > 0 && (p.Village != "" || p.Confidence >= 0.8) {
			t.Errorf("%s: %s %s %.2f %v, %v", text, p.Town, p.Village, p.Confidence, p.Alternatives, p.Reasons)
		}
	}
}

// Where waste is taken to be poured out is the place, and not where it comes from; so is where a yard has moved to.
func TestWhereItIsNow(t *testing.T) {
	g := gazetteer(t, madeUp())
	const gudu = "900100101203"
	for _, text := range []string{
		"从秦家会村拉到古渡村倒的", "每天黑夜从秦家会村运到古渡村后沟偷偷埋", "废桶从秦家会拉到古渡村的旧窑里埋了",
		"以前在秦家会村干，封了，又搬到古渡村了", "秦家会村查封的那家，今年又跑到古渡村开了", "上次说的秦家会村查过了，这次是古渡村",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != gudu {
			t.Errorf("%s: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
	for _, text := range []string{"古渡村的油都拉到秦家会倒卖", "古渡村的土送到秦家会村填埋场", "古渡村熬的油，拉到秦家会村去卖", "古渡村那家的水，用罐车送到秦家会河滩上偷排"} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != gudu {
			t.Errorf("%s: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// A family's name that only sounds a little alike is another family's village.
func TestAnotherFamily(t *testing.T) {
	g := gazetteer(t, embedded(t))
	for _, text := range []string{"高家沟有人炼油", "陈家山有人炼油", "我们这里高家沟村的养猪场"} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != "" {
			t.Errorf("%s: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
	for text, want := range map[string]string{"胡家湾有人炼油": "141128102220", "国家沟村有人炼油": "141128103208", "周家构彩钢棚里有人炼油": "141128101202"} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != want {
			t.Errorf("%s: %s %.2f %v", text, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// Where nothing nearer is named, the ground between two counties is ours until a person has asked.
func TestBetweenCounties(t *testing.T) {
	g := gazetteer(t, madeUp())
	for text, want := range map[string]string{
		"白河和青川交界的山里有人熬油": "900100", "青川县和白河县交界处": "900100", "白河县青川县交界的地方": "900100", "青川与白河县之间的公路边": "900100", "白河、青川两县交界": "900100",
		"远山县、白河、青川三县交界的山沟": "900100", "远山县和白河县交界的山沟": "",
	} {
		p := g.Locate(Query{Texts: []string{text}})
		if p.County != want || p.Confidence > 0.5 || len(p.Alternatives) == 0 {
			t.Errorf("%s: %s %.2f %v %v", text, p.County, p.Confidence, p.Alternatives, p.Reasons)
		}
	}
	for text, want := range map[string]string{"白河和青川交界，古渡村梁上": "900100101203", "在古渡村，白河县和青川县交界的地方": "900100101203"} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != want {
			t.Errorf("%s: %s %s %.2f %v", text, p.County, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// A town is the town also under the rank that it had, though a village elsewhere bears its name too.
func TestATownUnderItsOldRank(t *testing.T) {
	p := madeUp()
	p.Neighbours[0].Villages = append(p.Neighbours[0].Villages, county.NeighbourPlace{Code: "900200100204", Name: "石门村"})
	g := gazetteer(t, p)
	for text, village := range map[string]string{"石门乡有人熬油": "", "石门乡东相望": "900100100203"} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Town != "900100100" || p.Village != village {
			t.Errorf("%s: %s %s %.2f %v", text, p.Town, p.Village, p.Confidence, p.Reasons)
		}
	}
}

// A town named twice is no village of its name; who corrects themselves means the latter; and where a child goes to school is not where the family tells of.
func TestTwiceCorrectedAndAtSchool(t *testing.T) {
	p := madeUp()
	p.Villages = append(p.Villages, county.Village{Code: "900100101205", Name: "北望山村委会", Short: "北望山", Town: "900100101"})
	g := gazetteer(t, p)
	for text, want := range map[string]string{
		"我家在北望山，北望山古渡那个化工厂": "900100101203", "北望山镇北望山有人熬油": "900100101205", "北望山，北望山村有人熬油": "900100101205",
		"秦家会村，不对，是古渡村": "900100101203", "在秦家会，不，是古渡村": "900100101203", "秦家会村……说错了，是古渡村": "900100101203",
		"孩子在石门镇念书，家在古渡村，村东头土窑冒烟": "900100101203",
	} {
		if p := g.Locate(Query{Texts: []string{text}}); p.Village != want {
			t.Errorf("%s: %s %s %.2f %v", text, p.Town, p.Village, p.Confidence, p.Reasons)
		}
	}
}
