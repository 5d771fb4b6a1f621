using System.Buffers;
using Assay.Inference.Requests;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>
/// Of gRPC the address names no model, the message does: it is looked at ahead of whoever reads it, so that who may call is
/// judged by the route's values <c>name</c> and <c>version</c> as in every other protocol. Metadata of such routes.
/// </summary>
public sealed class MessageNames
{
    // The names stand at the beginning, since every writer of protobuf keeps to the order of the fields.
    private const int BytesMax = 64 << 10;
    private readonly int _nameField;
    private readonly int _versionField;
    private readonly int _otherNameField;

    private MessageNames(int nameField, int versionField = 0, int otherNameField = 0) =>
        (_nameField, _versionField, _otherNameField) = (nameField, versionField, otherNameField);

    /// <summary>Of requests about a model and its version.</summary>
    public static MessageNames OfModel { get; } = new(nameField: 1, versionField: 2);

    /// <summary>Of requests to load and unload: Triton's clients use one field, KServe's another.</summary>
    public static MessageNames OfRepository { get; } = new(nameField: 2, otherNameField: 1);

    /// <summary>Puts the names into the route's values, once; leaves them as they are where the message has none.</summary>
    public async ValueTask Take(HttpContext http)
    {
        var route = http.Request.RouteValues;
        if (route.ContainsKey("name") || !GrpcFrame.IsGrpc(http.Request))
            return;
        var input = http.Request.BodyReader;
        for (var read = await input.ReadAsync(http.RequestAborted); ; read = await input.ReadAsync(http.RequestAborted))
        {
            var names = Look(read.Buffer);
            var done = names.IsWhole || read.IsCompleted || read.Buffer.Length >= BytesMax;
            input.AdvanceTo(read.Buffer.Start, done ? read.Buffer.Start : read.Buffer.End);
            if (!done)
                continue;
            if (names.Name is { Length: > 0 } name)
                route["name"] = name;
            if (names.Version is { Length: > 0 } version)
                route["version"] = version;
            return;
        }
    }

    private Names Look(in ReadOnlySequence<byte> came)
    {
        var beginning = came.Slice(0, Math.Min(came.Length, BytesMax));
        return Look(beginning.IsSingleSegment ? beginning.FirstSpan : beginning.ToArray());
    }

    private Names Look(ReadOnlySpan<byte> body)
    {
        if (body.Length < GrpcFrame.HeadBytes)
            return default;
        var names = default(Names);
        var other = default(string);
        var last = Math.Max(_nameField, _versionField);
        try
        {
            for (var fields = new WireReader(body[GrpcFrame.HeadBytes..]); fields.Read();)
            {
                if (fields.Field == _nameField)
                    names = names with { Name = fields.Text() };
                else if (fields.Field == _versionField)
                    names = names with { Version = fields.Text() };
                else if (fields.Field == _otherNameField)
                    other = fields.Text();
                else if (fields.Field > last && names.Name is not null)
                    return names with { IsWhole = true };
            }
        }
        catch (InvalidInputException)   // cut off here, and perhaps not at all once the rest is there
        {
            return names with { Name = names.Name ?? other, IsWhole = GrpcFrame.IsWhole(body) };
        }

        return names with { Name = names.Name ?? other, IsWhole = GrpcFrame.IsWhole(body) };
    }

    private readonly record struct Names(string? Name, string? Version, bool IsWhole);
}
