using Assay.Inference.Explanations;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>Reads a <c>ModelInferRequest</c> into rows; tensors are read where they were received.</summary>
internal ref struct InferMessage(ReadOnlySpan<byte> message, TableFill fill, string output)
{
    private const int Inputs = 5;
    private const int RawContents = 7;
    private readonly ReadOnlySpan<byte> _message = message;
    private TableFill _fill = fill;
    private WireReader _raws = new(message);

    public AnswerWish? Read()
    {
        var (wish, raws, inputs) = (default(AnswerWish), 0, 0);
        for (var fields = new WireReader(_message); fields.Read();)
        {
            if (fields.Field == 3 && !fields.Bytes.IsEmpty)
                (wish ??= new()).Id = fields.Text();
            else if (fields.Field == 4)
                ReadParameter(fields.Bytes, ref wish);
            else if (fields.Field == Inputs)
                inputs++;
            else if (fields.Field == 6)
                CheckOutput(fields.Bytes);
            else if (fields.Field == RawContents)
                raws++;
        }

        if (raws > 0 && raws != inputs)
            throw RawCount(inputs, raws);
        for (var fields = new WireReader(_message); fields.Read();)
        {
            if (fields.Field == Inputs)
                ReadInput(fields.Bytes, raws > 0);
        }

        _fill.End();
        if (raws > 0)
            (wish ??= new()).Binary = true;
        return wish;
    }

    public static InvalidInputException RawCount(int inputs, int raws) =>
        new($"The message has {inputs} inputs and {raws} raw_input_contents. Send one for each input, or none.");

    // An entry of a map: its key, and a message of which one field is there.
    private static void ReadParameter(ReadOnlySpan<byte> entry, ref AnswerWish? wish)
    {
        var asks = false;
        string? explain = null;
        for (var fields = new WireReader(entry); fields.Read();)
        {
            if (fields.Field == 1)
                asks = fields.Bytes.SequenceEqual("explain"u8);
            else if (fields.Field == 2 && asks)
                explain = ReadExplain(fields.Bytes);
        }

        if (explain is not null)
            (wish ??= new()).Explain = explain;
    }

    private static string? ReadExplain(ReadOnlySpan<byte> parameter)
    {
        string? explain = null;
        for (var fields = new WireReader(parameter); fields.Read();)
        {
            explain = fields.Field switch
            {
                InferParameter.BoolParamFieldNumber => fields.Number != 0 ? AskedExplanation.Yes : null,
                InferParameter.StringParamFieldNumber => fields.Text() is var text and not ("false" or "") ? text : null,
                _ => throw new InvalidInputException("explain: send true, false or the name of a method."),
            };
        }

        return explain;
    }

    private readonly void CheckOutput(ReadOnlySpan<byte> requested)
    {
        for (var fields = new WireReader(requested); fields.Read();)
        {
            if (fields.Field == 1 && fields.Text() is var name && name != output)
                throw ColumnErrors.Output(name, output);
        }
    }

    private void ReadInput(ReadOnlySpan<byte> input, bool raw)
    {
        ReadOnlySpan<byte> name = default, datatype = default, contents = default;
        var shape = default(OpenShape);
        for (var fields = new WireReader(input); fields.Read();)
        {
            if (fields.Field == 1)
                name = fields.Bytes;
            else if (fields.Field == 2)
                datatype = fields.Bytes;
            else if (fields.Field == 3)
                ReadShape(ref shape, fields);
            else if (fields.Field == 5)
                contents = fields.Bytes;
        }

        var shown = name.IsEmpty ? throw ColumnErrors.NoName() : name;
        if (datatype.IsEmpty)
            throw ColumnErrors.Lacks(InputErrors.Cut(shown), "datatype");
        var type = TensorTypes.Find(datatype) ?? throw ColumnErrors.UnknownType(datatype, InputErrors.Cut(shown));
        if (shape.Rank == 0)
            throw ColumnErrors.Lacks(InputErrors.Cut(shown), "shape");
        var place = _fill.Begin(name, type, shape);
        if (raw)
            _fill.Fill(place, NextRaw());
        else
            ReadContents(place, contents, InputErrors.Cut(shown));
    }

    private static void ReadShape(ref OpenShape shape, WireReader field)
    {
        if (!field.IsDelimited)
        {
            shape.Add((long)field.Number);
            return;
        }

        for (var packed = field.Bytes; !packed.IsEmpty;)
            shape.Add((long)WireReader.ReadVarint(ref packed));
    }

    private ReadOnlySpan<byte> NextRaw()
    {
        while (_raws.Read())
        {
            if (_raws.Field == RawContents)
                return _raws.Bytes;
        }

        throw WireReader.Broken();
    }

    private readonly void ReadContents(TableFill.Place place, ReadOnlySpan<byte> contents, string column)
    {
        var wanted = FieldOf(place.Type);
        if (wanted == 0)
            throw new InvalidInputException($"Column '{column}' is {TensorTypes.NameOf(place.Type)}, which only raw_input_contents can hold.", column: column);
        var value = 0;
        for (var fields = new WireReader(contents); fields.Read();)
        {
            if (fields.Field != wanted)
                throw new InvalidInputException($"Column '{column}' is {TensorTypes.NameOf(place.Type)}, and its contents are of another type. Fill the field of contents that belongs to the datatype.", column: column);
            if (wanted is 6 or 7)
                value = PutFixed(place, value, fields.Bytes, wanted == 6 ? sizeof(float) : sizeof(double));
            else if (wanted == 8)
                _fill.Put(place, value++, fields.Bytes);
            else if (!fields.IsDelimited)
                _fill.PutWhole(place, value++, fields.Number);
            else
                value = PutPacked(place, value, fields.Bytes);
        }

        if (value != place.Values)
            throw ColumnErrors.Count(column, value, place.Values);
    }

    private readonly int PutFixed(TableFill.Place place, int value, ReadOnlySpan<byte> packed, int size)
    {
        if (packed.Length % size != 0)
            throw WireReader.Broken();
        for (; !packed.IsEmpty; packed = packed[size..], value++)
            _fill.Put(place, value, size == sizeof(float) ? BitConverter.ToSingle(packed) : BitConverter.ToDouble(packed));
        return value;
    }

    private readonly int PutPacked(TableFill.Place place, int value, ReadOnlySpan<byte> packed)
    {
        for (; !packed.IsEmpty; value++)
            _fill.PutWhole(place, value, WireReader.ReadVarint(ref packed));
        return value;
    }

    // Which field of the contents holds values of a type; 0 for those that must come raw.
    private static int FieldOf(TensorType type) => type switch
    {
        TensorType.Bool => 1,
        TensorType.Int8 or TensorType.Int16 or TensorType.Int32 => 2,
        TensorType.Int64 => 3,
        TensorType.UInt8 or TensorType.UInt16 or TensorType.UInt32 => 4,
        TensorType.UInt64 => 5,
        TensorType.Fp32 => 6,
        TensorType.Fp64 => 7,
        TensorType.Bytes => 8,
        _ => 0,
    };
}
