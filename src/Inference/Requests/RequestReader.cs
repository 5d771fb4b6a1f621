using System.Text.Json;
using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>
/// Reads prediction requests of one model: <c>[[…],[…]]</c> in the schema's order, <c>[{…},{…}]</c> or one <c>{…}</c> by name,
/// or MLflow's forms, straight from UTF-8 into pooled memory. Safe to use from any number of threads.
/// </summary>
public sealed class RequestReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly InputColumns _columns;

    /// <summary>A reader of requests to models of a schema.</summary>
    public RequestReader(ModelSchema schema)
        : this(new InputColumns(schema))
    {
    }

    internal RequestReader(InputColumns columns) => _columns = columns;

    /// <summary>The rows of a request's body; dispose them.</summary>
    /// <exception cref="InvalidInputException">The body isn't what the schema asks for; the message names row and column.</exception>
    public PredictionRows Read(ReadOnlySpan<byte> json) => Read(json, out _);

    /// <summary>The same, and whether <c>params</c> ask for reasons, by which method.</summary>
    internal PredictionRows Read(ReadOnlySpan<byte> json, out string? explain)
    {
        json = json[MarkLength(json)..];
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            throw InputErrors.Empty();

        explain = null;
        var rows = new PredictionRows(_columns.Inputs.Length);
        if (new PlainRows(json, _columns, rows).TryRead())
            return rows;
        rows.Clear();
        explain = ReadWhole(json, rows);
        return rows;
    }

    /// <summary>Bytes of the byte order mark with which some programs begin what they write as UTF-8.</summary>
    internal static int MarkLength(ReadOnlySpan<byte> json) => json.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;

    /// <summary>The same on the long way, which knows all forms and what is wrong; the rows are disposed when something is.</summary>
    /// <returns>Whether reasons are wanted, and by which method; null for predictions alone.</returns>
    internal string? ReadWhole(ReadOnlySpan<byte> json, PredictionRows rows)
    {
        var read = false;
        var cursor = new RequestCursor(json, _columns, rows);
        try
        {
            cursor.ReadBody();
            read = true;
            return cursor.Explain;
        }
        catch (JsonException problem)   // the reader's only way to say that the text isn't JSON
        {
            throw cursor.NotJson(problem);
        }
        finally
        {
            if (!read)
                rows.Dispose();
        }
    }
}
