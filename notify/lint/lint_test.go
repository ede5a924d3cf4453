package lint_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"qianshao/notify/lint"
)

// TestFindingsPointAtTheWords, whatever the words are.
func TestFindingsPointAtTheWords(t *testing.T) {
	l := newLinter(t)
	parts := []string{"村东头", "老砖厂", "李老板", "13800001234", "恶意", "反映不实", "第三组", "属实", "高家庄村", "三位群众", "举报", "，", "。", "\n", "abc", "𠮷", "□", "", "不予", "您", "奖励", "加油站旁边的"}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(parts), rapid.String())).Draw(rt, "text"), "")
		a := lint.Answer{Text: text, Ends: rapid.Bool().Draw(rt, "ends"), No: rapid.Bool().Draw(rt, "no"), Own: []string{rapid.String().Draw(rt, "own"), text}, Asked: rapid.SampledFrom(parts).Draw(rt, "asked") + "吗？"}
		for _, f := range l.Check(a) {
			if f.From < 0 || f.To > len(text) || f.From > f.To || f.Quote != text[f.From:f.To] || utf8.ValidString(text) && !utf8.ValidString(f.Quote) || f.Sentence == "" {
				rt.Fatalf("%q: %+v", text, f)
			}
		}
	})
}

// TestSeverities: what may harm somebody has to be mended; what may only be unclear is looked at.
func TestSeverities(t *testing.T) {
	l := newLinter(t)
	for text, want := range map[string]lint.Severity{
		"李老板已经停了。": lint.Block, "恶意举报。": lint.Block, "打 13800001234。": lint.Block, "还有三位群众反映。": lint.Block, "村东头那家停了。": lint.Block,
		"我们高度重视。": lint.Ask, "这件事不归我们管。": lint.Ask,
	} {
		all := l.Check(lint.Answer{Text: text})
		if len(all) == 0 || all[0].Severity != want || lint.Blocks(all) != (want == lint.Block) {
			t.Errorf("%s: %+v", text, all)
		}
	}
	if all := l.Check(lint.Answer{Text: "半夜里来一辆蓝色罐车的事，我们看了", Own: []string{"半夜里来一辆蓝色罐车往里抽"}}); len(all) != 1 || all[0].Severity != lint.Ask || all[0].Quote != "半夜里来一辆蓝色罐车" {
		t.Errorf("to the person alone: %+v", all)
	}
	if all := l.Check(lint.Answer{Text: "半夜里来一辆蓝色罐车的事，我们看了", Own: []string{"半夜里来一辆蓝色罐车往里抽"}, Several: true}); !lint.Blocks(all) {
		t.Errorf("to others, too: %+v", all)
	}
}
