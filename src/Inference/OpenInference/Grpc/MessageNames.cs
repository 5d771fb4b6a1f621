using System.Buffers;
using Assay.Inference.Predictions;
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
        try
        {
            await Take(http, route);
        }
        catch (IOException)
        {
            // The rest doesn't come, as whoever reads the whole message finds out, too, and says.
        }
    }

    private async ValueTask Take(HttpContext http, RouteValueDictionary route)
    {
        var (input, looked) = (http.Request.BodyReader, 0L);
        for (var read = await input.ReadAsync(http.RequestAborted); ; read = await input.ReadAsync(http.RequestAborted))
        {
            var over = read.IsCompleted || read.Buffer.Length >= BytesMax || IsWhole(read.Buffer);
            var names = default(Names);
            if (over || read.Buffer.Length >= 2 * looked)   // not at each byte of a message that comes in drops
                (names, looked) = (Look(read.Buffer), read.Buffer.Length);
            over |= names.AreAll;
            input.AdvanceTo(read.Buffer.Start, over ? read.Buffer.Start : read.Buffer.End);
            if (!over)
                continue;
            if (names.Name is { Length: > 0 } name)
                route["name"] = name;
            if (names.Version is { Length: > 0 } version)
                route["version"] = version;
            return;
        }
    }

    private static bool IsWhole(in ReadOnlySequence<byte> came)
    {
        Span<byte> head = stackalloc byte[GrpcFrame.HeadBytes];
        if (came.Length < head.Length)
            return false;
        came.Slice(0, head.Length).CopyTo(head);
        return came.Length - head.Length >= GrpcFrame.LengthOf(head);
    }

    private Names Look(in ReadOnlySequence<byte> came)
    {
        var beginning = came.Slice(0, Math.Min(came.Length, BytesMax));
        var body = beginning.IsSingleSegment ? beginning.FirstSpan : beginning.ToArray();
        if (body.Length < GrpcFrame.HeadBytes)
            return default;
        return GrpcFrame.IsCompressed(body) ? LookInto(body[GrpcFrame.HeadBytes..].ToArray()) : Look(body[GrpcFrame.HeadBytes..]);
    }

    private Names LookInto(byte[] packed)
    {
        var message = ArrayPool<byte>.Shared.Rent(BytesMax);
        var length = 0;
        try
        {
            using var plain = BodyEncoding.Gunzip(new MemoryStream(packed));
            for (var read = -1; read != 0 && length < BytesMax; length += read)
                read = plain.Read(message, length, BytesMax - length);
            return Look(message.AsSpan(0, length));
        }
        catch (InvalidDataException)   // cut off, or no gzip, which is said by whoever reads it all
        {
            return Look(message.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private Names Look(ReadOnlySpan<byte> message)
    {
        var (name, version, other) = (default(string), default(string), default(string));
        try
        {
            for (var fields = new WireReader(message); fields.Read();)
            {
                if (fields.Field == _nameField)
                    name = fields.Text();
                else if (fields.Field == _versionField)
                    version = fields.Text();
                else if (fields.Field == _otherNameField)
                    other = fields.Text();
                else if (name is not null && fields.Field > _versionField)
                    return new(name, version, AreAll: true);
            }
        }
        catch (InvalidInputException)   // cut off here, and perhaps not once the rest is there
        {
            return new(name ?? other, version, AreAll: false);
        }

        return new(name ?? other, version, AreAll: false);
    }

    private readonly record struct Names(string? Name, string? Version, bool AreAll);
}
