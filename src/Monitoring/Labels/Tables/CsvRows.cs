using System.Text;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>Writes rows as CSV; a missing value is an empty cell.</summary>
internal sealed class CsvRows(Stream stream) : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly StreamWriter _writer = new(stream, Utf8, 1 << 16, leaveOpen: true) { NewLine = "\n" };
    private readonly StringBuilder _line = new();

    /// <summary>Writes one row.</summary>
    public Task Write(IEnumerable<string?> cells)
    {
        _line.Clear();
        foreach (var cell in cells)
            Append(cell ?? "");
        _line.Length--;   // the comma behind the last
        return _writer.WriteLineAsync(_line);
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void Append(string cell)
    {
        var isPlain = cell.AsSpan().IndexOfAny(",\"\r\n") < 0 && !cell.StartsWith(' ') && !cell.EndsWith(' ');
        _ = isPlain ? _line.Append(cell) : _line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        _line.Append(',');
    }
}
