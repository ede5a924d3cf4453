package gazetteer

import (
	"strings"
	"testing"

	"qianshao/config/county"
)

// BenchmarkLocate reads 300 characters of an everyday text with a place in it, one without, and one that is full of names that are nearly ours.
func BenchmarkLocate(b *testing.B) {
	profile, err := county.Embedded()
	if err != nil {
		b.Fatal(err)
	}
	g := gazetteer(b, profile)
	plain := "夜里总有车进来，院子里堆着桶，味道很大，邻居们都睡不好觉，问他们做什么也不说，只说是正经生意，可谁家正经生意半夜三更开工呢。"
	for name, text := range map[string]string{
		"named":  "圪洞镇古贤村" + plain,
		"plain":  plain,
		"unsure": "杨家汇村那边，不是班装，从来宝往赤尖岭走，张家他和韩家三之间，" + plain,
	} {
		text := string([]rune(strings.Repeat(text, 6))[:300])
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				g.Locate(Query{Texts: []string{text}})
			}
		})
	}
}
