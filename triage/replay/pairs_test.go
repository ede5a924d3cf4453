package replay

import (
	"testing"
	"time"

	"qianshao/config/county"
)

// pairs are two tips of one place each, the earlier one first, as two people would tell them: of one matter, or of two that must not be joined without a person.
var pairs = []struct{ first, second string }{
	// one matter
	{"班庄村东旧轧花厂，夜里炼铝，炉子烧得通红，铝灰装成袋子堆在墙角", "班庄轧花厂那个炼铝的炉子又点上了，灰落了我一院，铝灰袋子都摞到墙头了"},
	{"圪洞庄上老羊圈里有人拿酸洗铁件，酸桶摆了一溜", "圪洞镇庄上村羊圈酸洗的那家，酸水流到路上来了，桶又多了"},
	{"潘家畈果园看园房里灌玻璃水，蓝桶码了半院，甲醇味大", "来电人反映潘家畈村果园内有人用甲醇勾兑玻璃水，气味刺鼻"},
	{"横沟旧小学教室里两口反应釜，一股臭鸡蛋味，半夜开工", "横沟学校里头的釜昨黑夜又转，臭鸡蛋味熏得睡不着"},
	{"糜家塔旧卫生院里分装农药，敌敌畏味冲得人头疼", "糜家塔卫生院灌农药的，小瓶子一箱一箱往外拉，敌敌畏味半条街都有"},
	{"开府公路边旧旅店，半夜往煤气罐里倒气，院里一院罐子", "开府旅店后院倒煤气的又来了大罐车，煤气罐摆到路边了"},
	{"马坊老粮站里拆电瓶，铅放炉里化，冒黄烟", "事：拆解电瓶炼铅。地：马坊镇马坊村旧粮站。情：黄烟，酸水外流。诉求：查处。"},
	{"代坡猪场里立着两个大铁罐，熬废机油，黑烟一股一股", "代坡村猪场炼废机油，铁罐底下烧煤，黑烟飘到学校"},
	{"红崖湾石料厂后头的窑洞里泡线路板，水是绿的", "红崖湾窑洞里用酸泡电路板的那伙人，绿水流到沟里了"},
	{"张家塔旧供销社院里灌氧气瓶，嗤嗤地响一夜", "张家塔供销社那个灌氧气的，瓶子横七竖八扔在大门口"},
	{"韩家山旧砖窑里熬沥青，烟呛得睁不开眼", "来电人称韩家山村砖窑内熬制沥青，黑烟大，夜间作业"},
	{"吉家庄油坊里兑醇油，大罐子埋在院里，酒味大", "吉家庄那个油坊还在兑醇油，罐车今夜又来了两辆"},
	{"新庄旧冷库里分装双氧水，蓝桶摞到房顶", "新庄冷库的双氧水桶晒得鼓起来了，蓝桶都码到门口了"},
	{"杨家会木材厂里熬胶，甲醛味辣眼睛", "杨家会木材厂熬胶的又开火了，甲醛味辣得人流泪"},
	{"水源村旧水泥厂里烧废轮胎炼油，黑烟滚滚", "水源水泥厂那个炼轮胎的，夜里黑烟把月亮都遮了"},
	{"店坪鸡场里拿大缸配染料，流出来的水红一天绿一天", "店坪鸡场做染料的，缸里换成黄的了，沟里的水也跟着黄"},
	{"下昔旧石灰窑里堆着硫化碱，臭得像坏鸡蛋", "下昔石灰窑里的硫化碱淋了雨，流黄水，坏鸡蛋味更大"},
	{"来堡旧敬老院里灌稀料，香蕉水味，小罐子装了一地", "来堡敬老院兑稀料的，香蕉水味大得我家不敢开窗"},
	{"胡堡旧木器厂熬脲醛胶，铁锅两口，白烟大", "胡堡木器厂熬脲醛胶的锅又添了一口，呛得娃咳嗽"},
	{"石湾戏台后面的院里做鞭炮胶？不是，是熬松香，一股松油味，铁锅三口", "石湾戏台后头熬松香的，松油味一天到晚，铁锅就支在柴堆边上"},
	// two matters: another place is meant
	{"班庄村东旧轧花厂，夜里炼铝，炉子烧得通红", "班庄又有一家炼铝的，也是炉子烧得通红，在河对岸，不是轧花厂那家"},
	{"圪洞庄上老羊圈里有人拿酸洗铁件，酸桶摆了一溜", "圪洞庄上羊圈隔壁新开了一家也是酸洗铁件的，酸桶也摆了一溜，都没人说他"},
	{"潘家畈果园看园房里灌玻璃水，蓝桶码了半院", "潘家畈村口还有一处灌玻璃水的，蓝桶也不少，果园那处你们知道了，这处没人管"},
	{"横沟旧小学教室里两口反应釜，一股臭鸡蛋味", "横沟又冒出来一个点，也有反应釜，臭鸡蛋味，离学校一里地"},
	{"开府公路边旧旅店，半夜往煤气罐里倒气", "开府倒煤气的现在有两家，旅店是一家，我说的是桥南头新来的这一家"},
	{"马坊老粮站里拆电瓶，铅放炉里化", "马坊除了老粮站，供销社后头也有拆电瓶化铅的了"},
	{"代坡猪场里熬废机油，黑烟一股一股", "代坡猪场的人又在村西牛场开了第二个摊子，熬的也是废机油"},
	{"杨家会木材厂里熬胶，甲醛味辣眼睛", "杨家会木材厂院里现在有人洗油桶，洗桶水流到渠里，和熬胶的各干各的，不是一拨人"},
	{"西相王桥头修车铺后面熬防水涂料，一口大锅", "西相王村后山梁上也支了口锅熬防水涂料，黑烟大，不是桥头那家"},
	{"胡堡旧木材厂熬脲醛胶，铁锅两口", "胡堡村北坡新院子里熬脲醛胶，卖给家具厂，两口大锅"},
	// two matters: it is not about the workshop
	{"红崖湾石料厂后头的窑洞里泡线路板，水是绿的", "红崖湾窑洞泡线路板那个点，我反映过以后他们天天堵我家门口，说再告就打断我的腿"},
	{"张家塔旧供销社院里灌氧气瓶，嗤嗤地响一夜", "张家塔供销社灌氧气的那家，明知道人家没手续，房东还一年收三万把院子租给他，该查房东"},
	{"韩家山旧砖窑里熬沥青，烟呛得睁不开眼", "韩家山砖窑熬沥青的为啥没人查，村主任在里头有股，年底分红"},
	{"吉家庄油坊里兑醇油，大罐子埋在院里", "吉家庄油坊兑醇油的那家上个月烧死一个工人，赔了钱不让说，没往上报"},
	{"新庄旧冷库里分装双氧水，蓝桶摞到房顶", "新庄冷库的双氧水都是镇上化工门市老孙供的，他专门给这种黑点送货"},
	{"水源村旧水泥厂里烧废轮胎炼油，黑烟滚滚", "水源水泥厂炼轮胎的每次都能提前知道检查，是派出所有人报信"},
	{"店坪鸡场里拿大缸配染料，流出来的水红一天绿一天", "我说过店坪鸡场做染料的事，今天我家的羊让人药死两只，纸条上写管好你的嘴"},
	// two matters: begun again, other work, other goods
	{"下昔旧石灰窑里堆着硫化碱，臭得像坏鸡蛋", "下昔石灰窑上个月让你们查封了，昨天封条撕了又往里拉硫化碱"},
	{"来堡旧敬老院里灌稀料，香蕉水味", "来堡敬老院门口停着一辆卖柴油的车，油枪从车窗伸出来给大车加"},
	{"胡堡旧木器厂熬脲醛胶，铁锅两口", "胡堡木器厂门前的河里夜里有罐车来放黑水，鱼都死了，车是外地的"},
	{"石湾戏台后面的院里熬松香，一股松油味", "石湾戏台跟前捡到三个没人要的铁桶，桶上画着骷髅，不敢动"},
	{"马坊吴家沟沟口旧糖厂里分装稀料，桶摞了一院", "岚县界河口的吴家沟，旧糖厂里分装稀料，桶摞了一院，不是方山的吴家沟"},
}

// sameMatter is how many of the pairs, from the first one, are of one matter.
const sameMatter = 20

// Two tips of one place are joined where they tell of the same, and never where the one tells of another place, of people or of something else that happened
// there.
func TestPairs(t *testing.T) {
	p, err := county.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	linked, found := 0, 0
	for i, c := range pairs {
		r, err := New(p)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
		first := r.Next(Tip{ID: "first", Received: at, Text: c.first})
		second := r.Next(Tip{ID: "second", Received: at.AddDate(0, 0, 12), Text: c.second})
		same := i < sameMatter
		switch {
		case second.DuplicateOf != nil && !same:
			t.Errorf("joined: %s — %s: %v, %v", c.first, c.second, second.Categories, second.Reasons)
		case second.DuplicateOf != nil:
			linked++
			found++
		case same && len(second.Suggested) > 0:
			found++
			t.Logf("asked: %s — %s: %v %v, %v %v", c.first, c.second, *first.Lead, *second.Lead, second.Suggested, second.Reasons)
		case same:
			t.Logf("missed: %s — %s: %v %v", c.first, c.second, first.Reasons, second.Reasons)
		}
	}
	t.Logf("of %d pairs of one matter %d are joined, %d found", sameMatter, linked, found)
	if linked < sameMatter*6/10 || found < sameMatter*9/10 {
		t.Errorf("of %d pairs of one matter %d are joined, %d found", sameMatter, linked, found)
	}
}
