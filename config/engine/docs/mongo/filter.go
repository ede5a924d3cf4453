package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"qianshao/config/engine/docs"
)

// filter writes a plan in MongoDB's language, such that its index bounds every part.
func filter(p *docs.Plan) bson.D {
	f := bson.D{}
	if p.Index != nil {
		fields := p.Index.Fields
		if len(p.All) > 0 {
			f = append(f, bson.E{Key: fields[0], Value: bson.D{{Key: "$all", Value: p.All}}})
			fields = fields[1:]
		}
		for i, v := range p.Equal {
			f = append(f, bson.E{Key: fields[i], Value: v})
		}
	}
	bounds := bson.D{}
	if p.From != nil {
		bounds = append(bounds, bson.E{Key: "$gte", Value: p.From})
	}
	if p.To != nil {
		bounds = append(bounds, bson.E{Key: "$lt", Value: p.To})
	}
	if len(bounds) == 0 && p.Order != idField {
		// Documents without the field are not in the index, as package docs sees it.
		bounds = append(bounds, bson.E{Key: "$ne", Value: nil})
	}
	if len(bounds) > 0 {
		f = append(f, bson.E{Key: p.Order, Value: bounds})
	}
	if p.After != nil {
		f = append(f, beyond(p)...)
	}
	return f
}

// beyond asks for what comes after a place.
func beyond(p *docs.Plan) bson.D {
	op := "$gt"
	if p.Desc {
		op = "$lt"
	}
	id := bson.D{{Key: idField, Value: bson.D{{Key: op, Value: p.After.ID}}}}
	if p.Order == idField {
		return bson.D{{Key: "$and", Value: bson.A{id}}}
	}
	// The first condition bounds the index; the second one settles ties.
	return bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: p.Order, Value: bson.D{{Key: op + "e", Value: p.After.Value}}}},
		bson.D{{Key: "$or", Value: bson.A{
			bson.D{{Key: p.Order, Value: bson.D{{Key: op, Value: p.After.Value}}}},
			id,
		}}},
	}}}
}

// sorting is the order of the index, so that nothing is sorted in memory. A unique index has no id at its end and no ties.
func sorting(p *docs.Plan) bson.D {
	way := 1
	if p.Desc {
		way = -1
	}
	s := bson.D{}
	if p.Order != idField {
		s = append(s, bson.E{Key: p.Order, Value: way})
	}
	if p.Index == nil || !p.Index.Unique {
		s = append(s, bson.E{Key: idField, Value: way})
	}
	return s
}

// Tally groups on the server.
func (t *table) Tally(ctx context.Context, q docs.Query, name string) (map[string]int64, error) {
	p, _, err := docs.NewTally(t.indexes, q, name)
	if err != nil {
		return nil, err
	}
	pipeline := bson.A{bson.D{{Key: "$match", Value: filter(&p)}}}
	value := "$" + name
	if docs.IsMulti(t.indexes, name) {
		// The first group makes one of an element that stands twice in a document.
		pipeline = append(pipeline,
			bson.D{{Key: "$unwind", Value: value}},
			bson.D{{Key: "$group", Value: bson.D{{Key: idField, Value: bson.D{{Key: "doc", Value: "$_id"}, {Key: "value", Value: value}}}}}})
		value = "$_id.value"
	}
	pipeline = append(pipeline, bson.D{{Key: "$group", Value: bson.D{
		{Key: idField, Value: value},
		{Key: "n", Value: bson.D{{Key: "$sum", Value: 1}}},
	}}})
	cursor, err := t.coll.Aggregate(ctx, pipeline)
	if err != nil {
		return nil, clean("tally", err)
	}
	var groups []struct {
		ID any   `bson:"_id"`
		N  int64 `bson:"n"`
	}
	if err := cursor.All(ctx, &groups); err != nil {
		return nil, clean("tally", err)
	}
	tally := map[string]int64{}
	for _, g := range groups {
		if v, err := docs.ValueOf(g.ID); err == nil { // null is the group of those without the field
			tally[docs.TallyKey(v)] += g.N
		}
	}
	return tally, nil
}
