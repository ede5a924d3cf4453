package county

import "testing"

func TestMoneyIsSpelledOneWay(t *testing.T) {
	for fen, want := range map[int64]string{
		0: "0 元", 1: "0.01 元", 850_000: "8,500 元", 300_050: "3,000.50 元", 999_900: "9,999 元", 1_000_000: "1 万元", 5_000_000: "5 万元", 3_500_000: "3.5 万元", 12_350_000: "12.35 万元",
		12_345_000: "123,450 元", 5_000_001: "50,000.01 元", 100_000_000: "100 万元", -300_000: "-3,000 元",
	} {
		if got := Yuan(fen); got != want {
			t.Errorf("%d 分: %s, want %s", fen, got, want)
		}
	}
}
