using System.Text.Json;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Tensors;

/// <summary>
/// Reads the plain and MLflow's forms of a request for tensors: the only input as nested arrays, rows by name (one or a list),
/// <c>inputs</c> by name, <c>instances</c> row by row, or the columns of a <c>dataframe_split</c> or <c>dataframe_records</c>.
/// </summary>
internal ref struct TensorCursor
{
    private const string Forms =
        "Send {\"inputs\":{\"NAME\":[…]}}, {\"instances\":[…]} with a value or an object per row, rows by name as [{\"NAME\":…}] or one {…} alone, or the only input as plain arrays; GET the signature for names, types and shapes.";

    private static readonly string[] FormNames = ["inputs", "instances", "dataframe_split", "dataframe_records", "params", "signature_name"];

    private readonly ServedModel _model;
    private readonly Dictionary<string, TensorBuilder> _builders = new(StringComparer.Ordinal);
    private readonly List<TensorBuilder> _columns = [];
    private Utf8JsonReader _json;
    private string? _input;   // or column, whose values are read now
    private int _row;   // that is read now, of forms by row; 0 outside of them
    private string? _explain;

    private TensorCursor(ReadOnlySpan<byte> body, ServedModel model)
    {
        _json = new Utf8JsonReader(body);
        _model = model;
    }

    /// <exception cref="InvalidInputException">The body is none of the forms, or doesn't fit the model's inputs.</exception>
    public static IReadOnlyList<NamedTensor> Read(ReadOnlySpan<byte> body, ServedModel model) => Read(body, model, out _);

    /// <summary>The same, and what it says of reasons; null for nothing.</summary>
    /// <exception cref="InvalidInputException">The body is none of the forms, or doesn't fit the model's inputs.</exception>
    public static IReadOnlyList<NamedTensor> Read(ReadOnlySpan<byte> body, ServedModel model, out string? explain)
    {
        body = body[RequestReader.MarkLength(body)..];
        if (body.Trim(" \t\r\n"u8).IsEmpty)
            throw new InvalidInputException($"The body is empty. {Forms}");
        var cursor = new TensorCursor(body, model);
        try
        {
            cursor.ReadBody();
            explain = cursor._explain;
            return cursor.Finish();
        }
        catch (JsonException problem)   // the reader's only way to say that the text isn't JSON
        {
            var rest = body[(int)cursor._json.BytesConsumed..];
            throw cursor.Place()?.NotJson(problem, rest) ?? InputErrors.NotJson(problem, rest, cursor._row > 0 ? cursor._row : null, null);
        }
    }

    // What is read now; null outside of values.
    private readonly ElementPlace? Place()
    {
        var (inputs, row) = (_model.Signature.Inputs, _row);
        var name = _input
            ?? (_columns.Find(column => column.Rows < row)?.Name)
            ?? (row > 0 && inputs.Count == 1 && _columns.Count == 0 ? inputs[0].Name : null);
        if (name is null || (inputs.FirstOrDefault(input => input.Name == name) ?? (inputs.Count == 1 ? inputs[0] : null)) is not { } spec)
            return null;
        var place = _builders.TryGetValue(name, out var builder) ? builder.Place : new(name, TensorTypes.Find(spec.Datatype)!.Value, spec.Name != name, null);
        return row > 0 ? place with { Row = row } : place;
    }

    private void ReadBody()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.StartObject && IsRecord())
            ReadRecord(1);
        else if (_json.TokenType == JsonTokenType.StartObject)
            ReadForms();
        else if (_json.TokenType == JsonTokenType.StartArray && IsOfRecords())
            ReadRecords();
        else if (_json.TokenType == JsonTokenType.StartArray)
            Only().Read(ref _json);
        else
            throw new InvalidInputException($"The body is neither an object nor an array. {Forms}");
        (_input, _row) = (null, 0);
        _json.Read();   // throws when something follows
    }

    // One row by its names, as services made by hand take it: an object that begins with an input, or a column of the only one, and a single value.
    private readonly bool IsRecord()
    {
        var ahead = this;
        if (!ahead._json.Read() || ahead._json.TokenType != JsonTokenType.PropertyName)
            return false;
        var name = ahead.Text();
        if (FormNames.Contains(name) || !(_model.Signature.Inputs.Any(input => input.Name == name) || _model.Columns?.Contains(name) is true))
            return false;
        try
        {
            return ahead._json.Read() && ahead._json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject);
        }
        catch (JsonException)   // told where its value is read
        {
            return true;
        }
    }

    private readonly bool IsOfRecords()
    {
        var ahead = this;
        return ahead._json.Read() && ahead._json.TokenType == JsonTokenType.StartObject && !ahead.IsBase64();
    }

    private void ReadForms()
    {
        string? form = null;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text();
            _json.Read();
            if (name == "params" && _json.TokenType is JsonTokenType.Null or JsonTokenType.StartObject)
            {
                ReadParams();
                continue;
            }

            if (name == "signature_name")
            {
                SignatureName.Check(ref _json);
                continue;
            }

            if (form is not null)
                throw new InvalidInputException($"The body has '{form}' and '{Cut(name)}'. {Forms}");
            form = name;
            ReadForm(name);
            (_input, _row) = (null, 0);
        }

        if (form is null)
            throw new InvalidInputException($"The body has no inputs. {Forms}");
    }

    // Others are for programs behind.
    private void ReadParams()
    {
        if (_json.TokenType == JsonTokenType.Null)
            return;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var isExplain = _json.ValueTextEquals(AskedExplanation.Name);
            _json.Read();
            if (isExplain)
                _explain = AskedExplanation.Read(ref _json);
            else if (_model is ForwardingModel)
                _json.Skip();
            else
                throw InputErrors.UnknownParams();
        }
    }

    private void ReadForm(string name)
    {
        if (name == "inputs" && _json.TokenType == JsonTokenType.StartObject)
            ReadByName(static (TensorBuilder builder, ref Utf8JsonReader json) => builder.Read(ref json), mayRepeat: false);
        else if (name == "inputs")
            Only().Read(ref _json);
        else if (name == "instances")
            ReadInstances();
        else if (name == "dataframe_split")
            ReadSplit();
        else if (name == "dataframe_records")
            ReadRecords();
        else
            throw new InvalidInputException($"The body has '{Cut(name)}', which is not a form that is known here. {Forms}");
    }

    private delegate void Reading(TensorBuilder builder, ref Utf8JsonReader json);

    private void ReadByName(Reading read, bool mayRepeat)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            _input = Text();
            var isNew = !_builders.ContainsKey(_input);
            if (!isNew && !mayRepeat)
                throw new InvalidInputException($"Input '{Cut(_input)}' is there twice. Send it once.", column: Cut(_input));
            _json.Read();
            read(Input(_input), ref _json);
            _input = null;
        }
    }

    private void ReadInstances()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException($"'instances' is not an array. {Forms}");
        for (_row = 1; _json.Read() && _json.TokenType != JsonTokenType.EndArray; _row++)
        {
            if (_json.TokenType == JsonTokenType.StartObject && !IsBase64())
                ReadByName(static (TensorBuilder builder, ref Utf8JsonReader json) => builder.AddRow(ref json), mayRepeat: true);
            else
                Only().AddRow(ref _json);
            CheckRows(_builders.Values, _row);
        }

        if (_row == 1)
            throw InputErrors.NoRows();
    }

    private readonly bool IsBase64()
    {
        var ahead = _json;
        return ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName && ahead.ValueSpan.SequenceEqual("b64"u8);
    }

    private static void CheckRows(IEnumerable<TensorBuilder> builders, int rows)
    {
        if (builders.FirstOrDefault(builder => builder.Rows != rows) is { } uneven)
            throw new InvalidInputException($"Row {rows}: '{uneven.Name}' is {(uneven.Rows > rows ? "there twice" : "missing, or was missing in a row before")}. Send the same names, once each, in every row.", rows, uneven.Name);
    }

    private void ReadSplit()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw new InvalidInputException($"dataframe_split is not an object. {Forms}");
        var data = default(Utf8JsonReader);
        var (hasData, hasColumns) = (false, false);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text();
            _json.Read();
            if (name == "columns" && !hasColumns)
            {
                ReadColumns();
                hasColumns = true;
            }
            else if (name == "data" && !hasData)
            {
                hasData = true;
                data = _json;   // a copy to come back with, for the columns may follow the data
                SkipData(hasColumns);
            }
            else if (name == "index")
            {
                _json.Skip();
            }
            else
            {
                throw new InvalidInputException($"dataframe_split has '{Cut(name)}' twice, or it is not known here.");
            }
        }

        if (!hasColumns || !hasData)
            throw new InvalidInputException($"dataframe_split has no '{(hasColumns ? "data" : "columns")}'.");
        var end = _json;
        _json = data;
        ReadData();
        _json = end;
    }

    private void SkipData(bool hasColumns)
    {
        var data = _json;
        try
        {
            _json.Skip();
        }
        catch (JsonException) when (hasColumns)   // read again for its place
        {
            _json = data;
            ReadData();
            throw;
        }
    }

    private void ReadColumns()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException("dataframe_split.columns is not an array.");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            // A frame without names numbers its columns.
            var name = _json.TokenType == JsonTokenType.String ? Text()
                : _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out var number) ? $"{number}"
                : throw new InvalidInputException("dataframe_split.columns must be an array of column names.");
            if (_columns.Exists(column => column.Name == name))
                throw InputErrors.RepeatedColumn(Cut(name), null);
            _columns.Add(Column(name));
        }
    }

    private void ReadData()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException("dataframe_split.data is not an array.");
        for (_row = 1; _json.Read() && _json.TokenType != JsonTokenType.EndArray; _row++)
        {
            if (_json.TokenType != JsonTokenType.StartArray)
                throw InputErrors.SingleRow(_json.TokenType, _row);
            var sent = 0;
            for (; _json.Read() && _json.TokenType != JsonTokenType.EndArray; sent++)
            {
                if (sent == _columns.Count)
                    throw InputErrors.WidthOfSplit(sent + 1, _columns.Count, _row);
                _columns[sent].AddRow(ref _json);
            }

            if (sent < _columns.Count)
                throw InputErrors.WidthOfSplit(sent, _columns.Count, _row);
        }
    }

    private void ReadRecords()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw new InvalidInputException("dataframe_records is not an array.");
        for (_row = 1; _json.Read() && _json.TokenType != JsonTokenType.EndArray; _row++)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
                throw InputErrors.RecordNotObject(_json.TokenType, _row);
            ReadRecord(_row);
            _input = null;
        }
    }

    private void ReadRecord(int row)
    {
        _row = row;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            _input = Text();
            _json.Read();
            var column = Known(_input);
            column.AddRow(ref _json);
        }

        CheckRows(_columns, row);
    }

    private readonly IReadOnlyList<NamedTensor> Finish()
    {
        if (_columns.Count > 0)
            return TableColumns.Join(_columns, _model);
        var model = _model;
        return [.. _builders.Values.Select(builder => builder.Finish(Spec(model, builder.Name).Shape))];
    }

    private readonly TensorBuilder Known(string name)
    {
        if (_columns.Find(known => known.Name == name) is not { } column)
            _columns.Add(column = Column(name));
        return column;
    }

    private TensorBuilder Only()
    {
        var inputs = _model.Signature.Inputs;
        if (inputs.Count != 1)
            throw new InvalidInputException($"The model has {inputs.Count} inputs, so each must be named: {{\"inputs\":{{{string.Join(',', inputs.Take(3).Select(input => $"\"{input.Name}\":…"))}}}}}.");
        _input = inputs[0].Name;
        return Input(_input);
    }

    private readonly TensorBuilder Input(string name)
    {
        if (!_builders.TryGetValue(name, out var builder))
            _builders.Add(name, builder = new(name, TensorTypes.Find(Spec(_model, name).Datatype)!.Value));
        return builder;
    }

    // A column is an input of its own, or one of the only input's.
    private readonly TensorBuilder Column(string name)
    {
        if (_columns.Count == TensorLimits.TensorsMax)
            throw new InvalidInputException($"The table has more than {TensorLimits.TensorsMax} columns.");
        var inputs = _model.Signature.Inputs;
        var spec = inputs.Count == 1 ? inputs[0] : Spec(_model, name);
        return new(name, TensorTypes.Find(spec.Datatype)!.Value, spec.Name != name);
    }

    private readonly string Text()
    {
        using var text = new TextBuffer(in _json, null, null);
        return System.Text.Encoding.UTF8.GetString(text.Text);
    }

    private static TensorSpec Spec(ServedModel model, string name) =>
        model.Signature.Inputs.FirstOrDefault(input => input.Name == name) ?? throw TensorErrors.UnknownInput(name, model.Signature);

    private static string Cut(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
