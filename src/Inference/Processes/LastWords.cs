using System.Text;

namespace Assay.Inference.Processes;

/// <summary>The last lines of what a program writes to its outputs. However much that is, and without any end of a line, it takes the memory of a few thousand characters.</summary>
internal sealed class LastWords
{
    private const int LengthMax = 2000;
    private const int BufferLength = 4096;

    private readonly Lock _lock = new();
    private readonly StringBuilder _lines = new();

    /// <summary>Reads an output to its end, or until it is told to stop; then it has let go of it.</summary>
    public async Task Hear(StreamReader output, CancellationToken stop)
    {
        var (buffer, line) = (new char[BufferLength], new StringBuilder());
        using (output)
        {
            try
            {
                while (await output.ReadAsync(buffer, stop) is > 0 and var read)
                    Hear(buffer.AsSpan(0, read), line);
            }
            catch (Exception problem) when (problem is OperationCanceledException or IOException)
            {
                // Somebody else has a hold of it, or it can't be read: what was heard is all that there is.
            }
        }

        Keep(line);
    }

    public override string ToString()
    {
        lock (_lock)
            return _lines.ToString().Trim();
    }

    // Bars of progress end a line by a return alone.
    private void Hear(ReadOnlySpan<char> text, StringBuilder line)
    {
        while (text.IndexOfAny('\n', '\r') is >= 0 and var end)
        {
            Cut(text[..end], line);
            Keep(line);
            text = text[(end + 1)..];
        }

        Cut(text, line);
    }

    private static void Cut(ReadOnlySpan<char> text, StringBuilder line) => line.Append(text[..Math.Min(text.Length, LengthMax - line.Length)]);

    private void Keep(StringBuilder line)
    {
        if (line.Length == 0)
            return;
        lock (_lock)
        {
            _lines.Append(line).Append('\n');
            if (_lines.Length > LengthMax)
                _lines.Remove(0, _lines.Length - LengthMax);
        }

        line.Clear();
    }
}
