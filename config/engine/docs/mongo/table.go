package mongo

import (
	"context"
	"encoding/binary"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"qianshao/config/engine/docs"
)

const (
	idField      = "_id"
	versionField = "_v"
)

type table struct {
	coll    *driver.Collection
	indexes []docs.Index
}

// Insert stores a document.
func (t *table) Insert(ctx context.Context, rec docs.Record) error {
	if err := docs.CheckDoc(rec, t.indexes); err != nil {
		return err
	}
	doc, err := withVersion(rec.Doc, rec.Version)
	if err != nil {
		return err
	}
	_, err = t.coll.InsertOne(ctx, doc)
	return clean("insert", err)
}

// Get reads a document by id.
func (t *table) Get(ctx context.Context, id string) (docs.Record, error) {
	raw, err := t.coll.FindOne(ctx, bson.D{{Key: idField, Value: id}}).Raw()
	if err != nil {
		return docs.Record{}, clean("get", err)
	}
	return record(raw)
}

// Replace writes a document if it has the version still: the version is part of the filter.
func (t *table) Replace(ctx context.Context, rec docs.Record) (bool, error) {
	if err := docs.CheckDoc(rec, t.indexes); err != nil {
		return false, err
	}
	doc, err := withVersion(rec.Doc, rec.Version+1)
	if err != nil {
		return false, err
	}
	res, err := t.coll.ReplaceOne(ctx, bson.D{{Key: idField, Value: rec.ID}, {Key: versionField, Value: rec.Version}}, doc)
	if err != nil {
		return false, clean("replace", err)
	}
	return res.MatchedCount == 1, nil
}

// Delete removes a document.
func (t *table) Delete(ctx context.Context, id string) error {
	_, err := t.coll.DeleteOne(ctx, bson.D{{Key: idField, Value: id}})
	return clean("delete", err)
}

// Find reads a page, and one document more to know whether there is a next one.
func (t *table) Find(ctx context.Context, q docs.Query) (docs.Page[docs.Record], error) {
	var page docs.Page[docs.Record]
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return page, err
	}
	opts := options.Find().SetSort(sorting(&p)).SetLimit(int64(p.Limit) + 1)
	cursor, err := t.coll.Find(ctx, filter(&p), opts)
	if err != nil {
		return page, clean("find", err)
	}
	var raws []bson.Raw
	if err := cursor.All(ctx, &raws); err != nil {
		return page, clean("find", err)
	}
	for _, raw := range raws[:min(len(raws), p.Limit)] {
		rec, err := record(raw)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, rec)
	}
	if len(raws) > p.Limit {
		page.Next, err = p.Next(page.Items[p.Limit-1])
	}
	return page, err
}

// IDs leaves the documents on the server.
func (t *table) IDs(ctx context.Context, q docs.Query) ([]string, error) {
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return nil, err
	}
	cursor, err := t.coll.Find(ctx, filter(&p), options.Find().SetSort(sorting(&p)).SetLimit(int64(p.Limit)).SetProjection(bson.D{{Key: idField, Value: 1}}))
	if err != nil {
		return nil, clean("find", err)
	}
	var found []struct {
		ID string `bson:"_id"`
	}
	if err := cursor.All(ctx, &found); err != nil {
		return nil, clean("find", err)
	}
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, nil
}

// Count counts on the server.
func (t *table) Count(ctx context.Context, q docs.Query) (int64, error) {
	q.Limit, q.After = 0, ""
	p, err := docs.NewPlan(t.indexes, q)
	if err != nil {
		return 0, err
	}
	opts := options.Count()
	if p.Most > 0 {
		opts.SetLimit(p.Most)
	}
	n, err := t.coll.CountDocuments(ctx, filter(&p), opts)
	return n, clean("count", err)
}

// withVersion gives the document with the version in it, in place of any that it had.
func withVersion(doc bson.Raw, version int64) (bson.Raw, error) {
	field, err := bson.Marshal(bson.D{{Key: versionField, Value: version}})
	if err != nil {
		return nil, err
	}
	bare, err := without(doc)
	if err != nil {
		return nil, err
	}
	// A document is its length, its elements and a zero byte.
	out := append(bare[:len(bare)-1:len(bare)-1], field[4:]...)
	return measured(out), nil
}

// without gives the document without the version.
func without(doc bson.Raw) (bson.Raw, error) {
	elements, err := doc.Elements()
	if err != nil {
		return nil, errors.New("mongo: malformed document")
	}
	out := make(bson.Raw, 4, len(doc)+16)
	for _, e := range elements {
		if key, err := e.KeyErr(); err == nil && key != versionField {
			out = append(out, e...)
		}
	}
	return measured(append(out, 0)), nil
}

func measured(doc bson.Raw) bson.Raw {
	// #nosec G115 -- docs.MaxSize is far below the limit of an int32.
	binary.LittleEndian.PutUint32(doc, uint32(len(doc)))
	return doc
}

// record takes the version out of a stored document.
func record(raw bson.Raw) (docs.Record, error) {
	id, ok := raw.Lookup(idField).StringValueOK()
	version, hasVersion := raw.Lookup(versionField).AsInt64OK()
	if !ok || !hasVersion {
		return docs.Record{}, errors.New("mongo: a document in this collection was not written by us")
	}
	doc, err := without(raw)
	return docs.Record{ID: id, Version: version, Doc: doc}, err
}
