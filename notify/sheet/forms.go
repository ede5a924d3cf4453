package sheet

import (
	"cmp"
	"fmt"
	"strings"
)

// form is what distinguishes the sheets.
type form struct {
	title  string
	office func(Case) string // who issues it
	fill   func(*paper, Case)
}

var forms = map[Kind]form{
	Assign:    {"问题线索交办单", func(c Case) string { return c.Office }, assign},
	Supervise: {"督办单", func(c Case) string { return c.Office }, supervise},
	Inspect:   {"现场核查单", func(c Case) string { return c.Lead }, inspect},
}

// What is asked. The sentences follow 方安办发〔2024〕74号 (两人以上, 先远看不惊动 and 先救人: the profile's clocks) and the duty not to look for who reported
// (安全生产领域举报奖励办法, 保密).
var (
	assignAsks = []string{
		"请在时限内签收、核查、作出结论，并报回县安委办。",
		"派两人以上去，先在远处看，不要惊动；有起火、泄漏、有人受伤的，先打 119、110、120。",
		"不属于本单位管的，写明理由尽快退回；特急的先办，不退。",
		"不打听、不猜测、不议论线索是谁给的；本单只给经办的人看。",
	}
	superviseAsks = []string{
		"请写明为什么没有按时办，现在办到哪一步，什么时候办完。",
		"请在反馈期限前把办理情况书面报回，由单位主要负责人签字。",
	}
	inspectAsks = []string{
		"两人以上，带执法证件；先远看，站上风头，不打火、不动电器。",
		"有起火、泄漏、有人受伤的，先离开，再打 119、110、120。",
		"亮明证件，说明是安全检查。",
	}
)

func assign(p *paper, c Case) {
	p.matter(c)
	p.row(cell{label: "紧急程度", text: c.Urgency}, cell{label: "收案日期", text: c.Opened})
	p.row(cell{label: "主办单位", text: c.Lead}, cell{label: "交办日期", text: c.Today})
	p.row(cell{label: "协办单位", text: strings.Join(c.Co, "、")})
	p.row(cell{label: "督导单位", text: c.Oversight})
	p.row(cell{label: "办理时限", text: deadlines(c.Deadlines, "\n")})
	p.row(cell{label: "交办意见", text: c.Instruction, room: byHand(c.Instruction)})
	p.row(cell{label: "办理要求", text: numbered(assignAsks)})
	p.row(cell{label: "签收", text: "签收人：" + blank(10) + "签收时间：" + date + blank(2) + "时"})
	p.row(cell{label: "单位意见", text: blank(1) + "\n负责人：" + blank(18) + date})
	p.row(cell{label: "办理结果", room: 22})
	p.signed(c.Office, c.Today)
}

func supervise(p *paper, c Case) {
	p.matter(c)
	p.row(cell{label: "紧急程度", text: c.Urgency}, cell{label: "收案日期", text: c.Opened})
	p.row(cell{label: "主办单位", text: c.Lead}, cell{label: "督办日期", text: c.Today})
	p.row(cell{label: "协办单位", text: strings.Join(c.Co, "、")})
	p.row(cell{label: "办理时限", text: deadlines(c.Deadlines, "\n")})
	p.row(cell{label: "督办意见", text: c.Instruction, room: byHand(c.Instruction)})
	p.row(cell{label: "督办要求", text: numbered(superviseAsks)})
	p.row(cell{label: "反馈期限", text: cmp.Or(c.AnswerBy, date+blank(2)+"时前")})
	p.row(cell{label: "领导批示", room: 20})
	p.row(cell{label: "反馈情况", text: blank(1) + "\n\n\n主要负责人：" + blank(16) + date})
	p.signed(c.Office, c.Today)
}

func inspect(p *paper, c Case) {
	p.matter(c)
	p.row(cell{label: "核查时限", text: deadlines(c.Deadlines, "；")})
	p.row(cell{label: "去之前看", text: numbered(inspectAsks)})
	p.row(cell{label: "核查时间", text: date + blank(2) + "时" + blank(2) + "分到" + blank(2) + "时" + blank(2) + "分"})
	p.row(cell{label: "现场情形", text: "□ 正在干　□ 停着　□ 没有人　□ 已经搬空"})
	p.row(cell{label: "有人住吗", text: "□ 有人住　□ 没人住"}, cell{label: "水电", text: "□ 通电　□ 通水"})
	p.row(cell{label: "证照", text: "□ 营业执照　□ 安全生产许可证　□ 经营许可证\n□ 都没有　　□ 别的："})
	p.row(cell{label: "设备", room: 16}, cell{label: "原料、成品"})
	p.row(cell{label: "看到什么", room: 18})
	p.row(cell{label: "拍照、取样", text: "照片" + blank(4) + "张" + blank(2) + "样品" + blank(4) + "份"})
	p.row(cell{label: "核查结论", text: "□ 有上面的问题　□ 没有　□ 现场还看不清，要再查"})
	p.row(cell{label: "当场处理", text: "□ 责令停止　□ 查封扣押　□ 移送：" + blank(8) + "□ 没有处理"})
	p.row(cell{label: "核查人员", text: "1. 签名：" + blank(14) + "证件号：\n2. 签名：" + blank(14) + "证件号："})
	p.row(cell{label: "当事人\n或见证人", text: "签名：" + blank(16) + date + "\n不肯签的，写明原因："})
	p.row(cell{label: "单位审核", text: "负责人：" + blank(15) + date})
}

// date is a day to be filled in.
const date = "　　　年　　月　　日"

// blank is room for a word of so many characters.
func blank(n int) string { return strings.Repeat("　", n) }

// matter are the rows with which every form begins.
func (p *paper) matter(c Case) {
	p.row(cell{label: "地点", text: c.Place})
	p.row(cell{label: "事项", text: c.Category})
}

func deadlines(all []Deadline, between string) string {
	lines := make([]string, len(all))
	for i, d := range all {
		lines[i] = d.Step + "：" + d.By
		if d.Late != "" {
			lines[i] += "（" + d.Late + "）"
		}
	}
	return strings.Join(lines, between)
}

func numbered(sentences []string) string {
	lines := make([]string, len(sentences))
	for i, s := range sentences {
		lines[i] = fmt.Sprintf("%d. %s", i+1, s)
	}
	return strings.Join(lines, "\n")
}

// byHand is the room for an instruction where none was typed.
func byHand(instruction string) float64 {
	if instruction == "" {
		return 14
	}
	return 0
}
