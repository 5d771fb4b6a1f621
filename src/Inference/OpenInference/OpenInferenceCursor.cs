using System.Text.Json;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.OpenInference;

/// <summary>One pass over an inference request in JSON, whose binary tensors, if any, stand behind it.</summary>
internal ref struct OpenInferenceCursor
{
    private const int IdLengthMax = 1000;
    private readonly ReadOnlySpan<byte> _body;
    private readonly string _output;
    private ReadOnlySpan<byte> _tail;
    private Utf8JsonReader _json;
    private TableFill _fill;
    private AnswerWish? _wish;
    private bool _inputsSeen;

    public OpenInferenceCursor(ReadOnlySpan<byte> json, ReadOnlySpan<byte> tail, TableFill fill, string output)
    {
        _body = json;
        _tail = tail;
        _fill = fill;
        _output = output;
        _json = new Utf8JsonReader(json);
    }

    public AnswerWish? ReadBody()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
            throw ColumnErrors.Body("The body is not an object.");
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            ReadProperty();
        _json.Read();   // anything after the end throws
        if (!_inputsSeen)
            throw ColumnErrors.Body("The body has no 'inputs'.");
        _fill.End();
        if (!_tail.IsEmpty)
            throw ColumnErrors.Body($"Behind the JSON stand {_tail.Length} bytes that no input's binary_data_size names.");
        return _wish;
    }

    public readonly InvalidInputException NotJson(JsonException problem)
    {
        var (row, input) = _fill.At;
        return InputErrors.NotJson(problem, _body[(int)_json.BytesConsumed..], row, input);
    }

    private void ReadProperty()
    {
        if (Is("inputs"u8))
            ReadInputs();
        else if (Is("id"u8))
            ReadId();
        else if (Is("outputs"u8))
            ReadOutputs();
        else if (Is("parameters"u8))
            ReadParameters("binary_data_output"u8, ofRequest: true);
        else
            SkipValue();   // extensions that others know may be left aside
    }

    private void ReadId()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
            return;
        if (_json.TokenType != JsonTokenType.String || _json.ValueSpan.Length > IdLengthMax)
            throw ColumnErrors.Body($"The 'id' is not a text of at most {IdLengthMax} bytes.");
        (_wish ??= new()).Id = Text("id");
    }

    private void ReadInputs()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray || _inputsSeen)
            throw ColumnErrors.Body(_inputsSeen ? "The body has 'inputs' twice." : "'inputs' is not an array.");
        _inputsSeen = true;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
                throw ColumnErrors.Body("An input is not an object.");
            ReadInput();
        }
    }

    private void ReadInput()
    {
        var head = default(Head);
        var data = default(Utf8JsonReader);
        var (dataSeen, dataRead) = (false, false);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (!Is("data"u8))
            {
                ReadHead(ref head);
                continue;
            }

            _json.Read();
            if (dataSeen)
                throw ColumnErrors.Body($"Input '{head.Shown}' has 'data' twice.");
            dataSeen = true;
            dataRead = head.IsWhole && head.BinaryBytes is null;
            data = _json;   // a copy to come back with, for the rest of the head may follow the data
            if (dataRead)
                _fill.Fill(Begin(head), ref _json);
            else
                _json.Skip();
        }

        if (head.BinaryBytes is { } bytes)
        {
            _fill.Fill(Begin(head), TakeTail(head, bytes, dataSeen));
        }
        else if (!dataRead)
        {
            var place = Begin(head);
            if (!dataSeen)
                throw ColumnErrors.Lacks(head.Shown, "data");
            var end = _json;
            _json = data;
            _fill.Fill(place, ref _json);
            _json = end;
        }
    }

    private TableFill.Place Begin(scoped in Head head)
    {
        if (!head.HasName)
            throw ColumnErrors.NoName();
        return _fill.Begin(
            head.Name,
            head.Type ?? throw ColumnErrors.Lacks(head.Shown, "datatype"),
            head.Shape is { Rank: > 0 } ? head.Shape : throw ColumnErrors.Lacks(head.Shown, "shape"));
    }

    private ReadOnlySpan<byte> TakeTail(scoped in Head head, long bytes, bool dataSeen)
    {
        if (dataSeen)
            throw ColumnErrors.Body($"Input '{head.Shown}' has both data and a binary_data_size.");
        if (bytes < 0 || bytes > _tail.Length)
            throw new InvalidInputException($"Column '{head.Shown}': its binary_data_size is {bytes}, and {_tail.Length} bytes are left behind the JSON.", column: head.Shown);
        var taken = _tail[..(int)bytes];
        _tail = _tail[(int)bytes..];
        return taken;
    }

    private void ReadHead(scoped ref Head head)
    {
        if (Is("name"u8))
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
                throw ColumnErrors.NoName();
            head.HasName = true;
            head.Name = _json.ValueIsEscaped ? System.Text.Encoding.UTF8.GetBytes(Text("name")) : _json.ValueSpan;
        }
        else if (Is("datatype"u8))
        {
            _json.Read();
            if (_json.TokenType != JsonTokenType.String)
                throw ColumnErrors.Lacks(head.Shown, "datatype");
            head.Type = TensorTypes.Find(_json.ValueSpan) ?? throw ColumnErrors.UnknownType(_json.ValueSpan, head.Shown);
        }
        else if (Is("shape"u8))
        {
            head.Shape = ReadShape(head.Shown);
        }
        else if (Is("parameters"u8))
        {
            head.BinaryBytes = ReadParameters("binary_data_size"u8) ?? head.BinaryBytes;
        }
        else
        {
            SkipValue();
        }
    }

    private OpenShape ReadShape(string column)
    {
        var shape = default(OpenShape);
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
            throw ColumnErrors.Lacks(column, "shape, an array of whole numbers");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var dimension))
                throw ColumnErrors.Lacks(column, "shape of whole numbers of 64 bits");
            shape.Add(dimension);
        }

        return shape;
    }

    private void ReadOutputs()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
            return;
        if (_json.TokenType != JsonTokenType.StartArray)
            throw ColumnErrors.Body("'outputs' is not an array.");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
                throw ColumnErrors.Body("An output is not an object.");
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
                ReadOutputProperty();
        }
    }

    private void ReadOutputProperty()
    {
        if (Is("parameters"u8))
        {
            ReadParameters("binary_data"u8);
        }
        else if (Is("name"u8))
        {
            _json.Read();
            var name = _json.TokenType == JsonTokenType.String ? Text("name") : throw ColumnErrors.Body("An output has no name.");
            if (name != _output)
                throw ColumnErrors.Output(name, _output);
        }
        else
        {
            SkipValue();
        }
    }

    // The parameter of that name: a truth is a wish for binary tensors, a number is given back.
    private long? ReadParameters(ReadOnlySpan<byte> wanted, bool ofRequest = false)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
            return null;
        if (_json.TokenType != JsonTokenType.StartObject)
            throw ColumnErrors.Body("'parameters' is not an object.");
        long? found = null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var (isWanted, isExplain) = (Is(wanted), ofRequest && Is("explain"u8));
            _json.Read();
            if (isExplain)
                (_wish ??= new()).Explain = AskedExplanation.Read(ref _json);
            else if (isWanted && _json.TokenType is JsonTokenType.True or JsonTokenType.False)
                (_wish ??= new()).Binary = _json.TokenType == JsonTokenType.True;
            else if (isWanted)
                found = _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var number) ? number : -1;
            else
                _json.Skip();
        }

        return found;
    }

    private void SkipValue()
    {
        _json.Read();
        _json.Skip();
    }

    private readonly string Text(string what)
    {
        using var text = new TextBuffer(in _json, null, what);
        return System.Text.Encoding.UTF8.GetString(text.Text);
    }

    private readonly bool Is(scoped ReadOnlySpan<byte> property) =>
        _json.ValueIsEscaped ? Text("name") == System.Text.Encoding.UTF8.GetString(property) : _json.ValueSpan.SequenceEqual(property);

    /// <summary>What is said of an input beside its data.</summary>
    private ref struct Head
    {
        public bool HasName;
        public ReadOnlySpan<byte> Name;
        public TensorType? Type;
        public OpenShape Shape;
        public long? BinaryBytes;

        public readonly string Shown => HasName ? InputErrors.Cut(Name) : "?";

        public readonly bool IsWhole => HasName && Type is not null && Shape.Rank > 0;
    }
}
