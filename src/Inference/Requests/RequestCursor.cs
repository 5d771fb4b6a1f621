using System.Text.Json;
using Assay.Inference.Explanations;

namespace Assay.Inference.Requests;

/// <summary>One pass over the body of a request: finds its form, and hands cell by cell to <see cref="CellReader"/>.</summary>
internal ref struct RequestCursor(ReadOnlySpan<byte> body, InputColumns columns, PredictionRows rows)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private Utf8JsonReader _json = new(body);
    private int _column = -1;   // whose value is read now; -1 outside of a row
    private int _row;   // the same where columns are read one after the other

    /// <summary>Whether reasons are wanted, and by which method; null for predictions alone.</summary>
    public string? Explain { get; private set; }

    public void ReadBody()
    {
        _json.Read();
        switch (_json.TokenType)
        {
            case JsonTokenType.StartArray:
                ReadInstances("The body");
                break;
            case JsonTokenType.StartObject when IsRecord():
                ReadRecord(AddRow(), new int[columns.Inputs.Length]);
                break;
            case JsonTokenType.StartObject:
                ReadObject();
                break;
            default:
                throw InputErrors.Form("The body is a single value.");
        }

        _json.Read();   // anything after the end throws
        if (rows.Count == 0)
            throw InputErrors.NoRows();
    }

    public readonly InvalidInputException NotJson(JsonException problem)
    {
        int? row = _column < 0 ? null : _row > 0 ? _row : rows.Count;
        return InputErrors.NotJson(problem, _body[(int)_json.BytesConsumed..], row, _column >= 0 ? columns.Inputs[_column] : null);
    }

    private void ReadObject()
    {
        var form = "";
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (FindForm() is not { } found)
            {
                ReadParams();
                continue;
            }

            if (form.Length > 0)
                throw InputErrors.Form("The body has rows in two places.");
            form = found;
            _json.Read();
            ReadForm(form);
        }

        if (form.Length == 0)
            throw InputErrors.Form("The body is an object without dataframe_split, dataframe_records, instances or inputs.");
    }

    // One row by its names, as services made by hand take it: an object that begins with a column, unless a form has its name.
    private readonly bool IsRecord()
    {
        var ahead = this;
        if (!ahead._json.Read() || ahead._json.TokenType != JsonTokenType.PropertyName || ahead.Is("params"u8) || ahead.FindForm() is not null)
            return false;
        using var name = new TextBuffer(in ahead._json, null, null);
        return columns.Find(name.Text) >= 0;
    }

    private readonly string? FindForm() =>
        Is("dataframe_split"u8) ? "dataframe_split"
        : Is("dataframe_records"u8) ? "dataframe_records"
        : Is("instances"u8) ? "instances"
        : Is("inputs"u8) ? "inputs"
        : null;

    private void ReadForm(string form)
    {
        if (form == "dataframe_split")
            ReadSplit();
        else if (form == "dataframe_records")
            ReadRecords();
        else if (form == "inputs" && _json.TokenType == JsonTokenType.StartObject)
            ReadByColumn();
        else
            ReadInstances(form);
    }

    private void ReadInstances(string form)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw InputErrors.Form($"{form} is not an array.");
        var first = _json;
        if (first.Read() && first.TokenType == JsonTokenType.StartObject)
            ReadRecords();
        else
            ReadRows(null);
    }

    // MLflow's and TensorFlow Serving's form by column: each name with all its values.
    private void ReadByColumn()
    {
        var seen = new bool[columns.Inputs.Length];
        var isFirst = true;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var column = FindColumn(null);
            var name = columns.Inputs[column].Name;
            if (seen[column])
                throw InputErrors.RepeatedColumn(name, null);
            seen[column] = true;
            _json.Read();
            if (_json.TokenType != JsonTokenType.StartArray)
                throw InputErrors.NotValues(name, _json.TokenType);
            ReadColumn(column, isFirst);
            isFirst = false;
        }

        if (!isFirst && Array.IndexOf(seen, false) is >= 0 and var missing)
            throw InputErrors.MissingColumn(columns.Inputs[missing], null);
    }

    private void ReadColumn(int column, bool isFirst)
    {
        for ((_column, _row) = (column, 1); _json.Read() && _json.TokenType != JsonTokenType.EndArray; _row++)
        {
            if (isFirst)
                AddRowWithin();
            else if (_row > rows.Count)
                throw InputErrors.UnevenColumn(columns.Inputs[column].Name, rows.Count);
            rows.Row(_row - 1)[column] = CellReader.Read(ref _json, columns, column, _row);
        }

        _column = -1;
        if (_row - 1 != rows.Count)
            throw InputErrors.UnevenColumn(columns.Inputs[column].Name, rows.Count);
    }

    // The other columns' values are to come: a body that can't hold them isn't given memory for them.
    private readonly void AddRowWithin()
    {
        if ((rows.Count + 1L) * columns.Inputs.Length > _body.Length)
            throw InputErrors.UnevenColumn(columns.Inputs[_column].Name, _body.Length / columns.Inputs.Length);
        AddRow();
    }

    // MLflow's clients may send "params":{}, and TensorFlow Serving's a signature.
    private void ReadParams()
    {
        var name = InputErrors.Cut(_json.ValueSpan);
        var (isParams, isSignature) = (Is("params"u8), Is(SignatureName.Property));
        _json.Read();
        if (isSignature)
        {
            SignatureName.Check(ref _json);
            return;
        }

        if (isParams && _json.TokenType == JsonTokenType.Null)
            return;
        if (isParams && _json.TokenType == JsonTokenType.StartObject)
        {
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                if (!Is("explain"u8))
                    throw InputErrors.UnknownParams();
                _json.Read();
                Explain = AskedExplanation.Read(ref _json);
            }

            return;
        }

        throw InputErrors.Form($"The body has '{name}', which is not a form that is known here.");
    }

    private void ReadSplit()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw InputErrors.Form("dataframe_split is not an object.");

        int[]? order = null;
        var data = default(Utf8JsonReader);
        var (dataSeen, dataRead) = (false, false);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("columns"u8))
            {
                if (order is not null)
                    throw InputErrors.Form("dataframe_split has 'columns' twice.");
                _json.Read();
                order = ReadColumns();
                dataRead = !dataSeen;
            }
            else if (Is("data"u8))
            {
                if (dataSeen)
                    throw InputErrors.Form("dataframe_split has 'data' twice.");
                dataSeen = true;
                _json.Read();
                data = _json;   // a copy to come back with, for the columns may follow the data
                if (order is null)
                    _json.Skip();
                else
                    ReadData(order);
            }
            else if (Is("index"u8))
            {
                _json.Skip();
            }
            else
            {
                throw InputErrors.Form($"dataframe_split has '{InputErrors.Cut(_json.ValueSpan)}', which is not known here.");
            }
        }

        if (order is null || !dataSeen)
            throw InputErrors.Form($"dataframe_split has no '{(order is null ? "columns" : "data")}'.");
        if (dataRead)
            return;
        var end = _json;
        _json = data;
        ReadData(order);
        _json = end;
    }

    private void ReadData(int[] order)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw InputErrors.Form("dataframe_split.data is not an array.");
        ReadRows(order);
    }

    private int[] ReadColumns()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw InputErrors.Form("dataframe_split.columns is not an array.");

        var order = new List<int>(columns.Inputs.Length);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.String)
                throw InputErrors.Form("dataframe_split.columns must be an array of column names.");
            var column = FindColumn(row: null);
            if (order.Contains(column))
                throw InputErrors.RepeatedColumn(columns.Inputs[column].Name, null);
            order.Add(column);
        }

        if (order.Count < columns.Inputs.Length)
        {
            var missing = Enumerable.Range(0, columns.Inputs.Length).Except(order).First();
            throw InputErrors.MissingColumn(columns.Inputs[missing], null);
        }

        return [.. order];
    }

    private void ReadRows(int[]? order)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartArray)
                throw InputErrors.SingleRow(_json.TokenType, rows.Count + 1);
            ReadRow(AddRow(), order);
        }
    }

    private readonly Span<float> AddRow() =>
        rows.Count < InputLimits.RowsMax ? rows.AddRow() : throw InputErrors.TooManyRows();

    private void ReadRow(Span<float> cells, int[]? order)
    {
        var sent = 0;
        for (_column = ColumnAt(0, order); _json.Read() && _json.TokenType != JsonTokenType.EndArray; _column = ColumnAt(++sent, order))
        {
            if (_column >= 0)
                cells[_column] = CellReader.Read(ref _json, columns, _column, rows.Count);
            else
                _json.Skip();
        }

        _column = -1;
        if (sent == cells.Length)
            return;
        if (order is not null)
            throw InputErrors.WidthOfSplit(sent, order.Length, rows.Count);
        throw sent < cells.Length
            ? InputErrors.TooFew(sent, columns.Inputs, rows.Count)
            : InputErrors.TooMany(sent, columns.Inputs, rows.Count);
    }

    private readonly int ColumnAt(int place, int[]? order) =>
        place >= columns.Inputs.Length ? -1 : order is null ? place : order[place];

    private void ReadRecords()
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw InputErrors.Form("dataframe_records is not an array.");

        var seenInRow = new int[columns.Inputs.Length];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.StartObject)
                throw InputErrors.RecordNotObject(_json.TokenType, rows.Count + 1);
            ReadRecord(AddRow(), seenInRow);
        }
    }

    private void ReadRecord(Span<float> cells, int[] seenInRow)
    {
        var sent = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var column = FindColumn(rows.Count);
            if (seenInRow[column] == rows.Count)
                throw InputErrors.RepeatedColumn(columns.Inputs[column].Name, rows.Count);
            seenInRow[column] = rows.Count;
            _column = column;
            _json.Read();
            cells[column] = CellReader.Read(ref _json, columns, column, rows.Count);
            _column = -1;
            sent++;
        }

        if (sent < cells.Length)
        {
            var current = rows.Count;
            throw InputErrors.MissingColumn(columns.Inputs[Array.FindIndex(seenInRow, row => row != current)], current);
        }
    }

    private readonly bool Is(ReadOnlySpan<byte> property)
    {
        using var name = new TextBuffer(in _json, null, null);
        return name.Text.SequenceEqual(property);
    }

    private readonly int FindColumn(int? row)
    {
        using var name = new TextBuffer(in _json, row, null);
        var column = columns.Find(name.Text);
        return column >= 0 ? column : throw InputErrors.UnknownColumn(name.Text, columns.Inputs, row);
    }
}
