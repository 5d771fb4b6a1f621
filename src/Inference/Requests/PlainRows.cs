using System.Buffers;
using System.Runtime.CompilerServices;
using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>
/// The short way for what nearly all send: <c>[[…],[…]]</c>, or that under <c>instances</c>, with nothing unusual in it. It
/// refuses nothing. Where it does not know its way, <see cref="RequestCursor"/> reads the body from its beginning, and has
/// the words for what is wrong.
/// </summary>
internal ref struct PlainRows(ReadOnlySpan<byte> body, InputColumns columns, PredictionRows rows)
{
    // Escapes are left to the whole reader, and so are control characters, which it refuses.
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([(byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    private readonly ReadOnlySpan<byte> _body = body;
    private ValueEnds _ends = new(body);
    private int _at;

    /// <summary>Whether it read the whole body; else what is in the rows is of no use.</summary>
    public bool TryRead()
    {
        var isObject = Take('{');
        if ((isObject && !TakeName()) || !Take('['))
            return false;
        do
        {
            if (rows.Count == InputLimits.RowsMax || !TryReadRow(rows.AddRow()))
                return false;
        }
        while (Take(','));
        if (!Take(']') || (isObject && !Take('}')))
            return false;
        SkipSpace();
        return _at == _body.Length;
    }

    private bool TakeName()
    {
        var name = "\"instances\""u8;
        SkipSpace();
        if (!_body[_at..].StartsWith(name))
            return false;
        _at += name.Length;
        return Take(':');
    }

    private bool TryReadRow(Span<float> cells)
    {
        if (!Take('['))
            return false;
        var start = _at;
        if (TryReadTight(cells))
            return true;
        _at = start;
        return TryReadLoose(cells);
    }

    // Values with a comma between and at most a space before each. Where one ends is known before it is read, so that the
    // processor need not read it to begin with the next. Compiled to its end at once: until that is done on its own, vectors
    // are calls.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryReadTight(Span<float> cells)
    {
        var (inputs, at) = (columns.Inputs, _at);
        var body = _body;   // this and the ends in registers, for which the unusual value below must not be inlined
        var ends = _ends;
        for (var column = 0; column < cells.Length; column++)
        {
            if (at < body.Length && body[at] == ' ')
                at++;
            var (number, end) = (double.NaN, 0);
            if (inputs[column].Type == InputType.Number)
                number = BoundedNumber.Read(body, at, end = ends.From(at));
            cells[column] = (float)number;
            if (double.IsNaN(number))
            {
                _at = at;
                if (!TryReadCell(inputs[column], column, out cells[column]))
                    return false;
                at = _at;
                end = ends.From(at);
                if (at != end)
                    return false;
            }

            if (end == body.Length || body[end] != (column < cells.Length - 1 ? ',' : ']'))
                return false;
            at = end + 1;
        }

        _ends = ends;
        _at = at;
        return cells.Length > 0;
    }

    private bool TryReadLoose(Span<float> cells)
    {
        var inputs = columns.Inputs;
        for (var column = 0; column < cells.Length; column++)
        {
            if (column > 0 && !Take(','))
                return false;
            SkipSpace();
            if (!TryReadCell(inputs[column], column, out cells[column]))
                return false;
        }

        return Take(']');
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryReadCell(ModelInput input, int column, out float cell) =>
        (input.Type == InputType.Number ? TryReadNumber(out cell) : TryReadCategory(column, out cell)) || TryReadNull(input, out cell);

    private bool TryReadNumber(out float cell)
    {
        var place = _at;
        var isRead = JsonNumber.TryRead(_body, ref place, out var number);
        cell = (float)number;   // by way of double, as CellReader does
        if (!isRead || !float.IsFinite(cell))
            return false;
        _at = place;
        return true;
    }

    private bool TryReadCategory(int column, out float cell)
    {
        cell = 0;
        if (_at >= _body.Length || _body[_at] != '"')
            return false;
        var text = _body[(_at + 1)..];
        var length = text.IndexOf((byte)'"');
        if (length < 0 || text[..length].ContainsAny(NotPlain))
            return false;
        var category = columns.FindCategory(column, text[..length]);
        if (category < 0)
            return false;
        (cell, _at) = (category, _at + length + 2);
        return true;
    }

    private bool TryReadNull(ModelInput input, out float cell)
    {
        cell = input.Type == InputType.Number ? float.NaN : PredictionRows.MissingCategory;
        if (!input.Nullable || !_body[_at..].StartsWith("null"u8))
            return false;
        _at += "null"u8.Length;
        return true;
    }

    private bool Take(char wanted)
    {
        if (_at < _body.Length && _body[_at] == wanted)
        {
            _at++;
            return true;
        }

        SkipSpace();
        if (_at >= _body.Length || _body[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _body.Length && _body[_at] <= ' ' && (_body[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            _at++;
    }
}
