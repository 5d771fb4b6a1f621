namespace Assay.Tracking.Traces.Spans;

/// <summary>Reads spans from OpenTelemetry's <c>ExportTraceServiceRequest</c> in Protocol Buffers.</summary>
internal static class OtlpProtobuf
{
    private const int DepthMax = 32;

    /// <exception cref="FormatException">It is none.</exception>
    public static List<OtlpSpan> Read(ReadOnlySpan<byte> request)
    {
        var spans = new List<OtlpSpan>();
        var resources = new ProtobufReader(request);
        while (resources.Next())
        {
            if (resources.Field == 1)
                ReadResource(resources.Bytes(), spans);
            else
                resources.Skip();
        }

        return spans;
    }

    private static void ReadResource(ReadOnlySpan<byte> message, List<OtlpSpan> spans)
    {
        var scopes = new ProtobufReader(message);
        while (scopes.Next())
        {
            if (scopes.Field != 2)
            {
                scopes.Skip();
                continue;
            }

            var fields = new ProtobufReader(scopes.Bytes());
            while (fields.Next())
            {
                if (fields.Field == 2)
                    spans.Add(ReadSpan(fields.Bytes()));
                else
                    fields.Skip();
            }
        }
    }

    private static OtlpSpan ReadSpan(ReadOnlySpan<byte> message)
    {
        var span = new OtlpSpan();
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: span.TraceId = fields.Hex(); break;
                case 2: span.SpanId = fields.Hex(); break;
                case 3: span.TraceState = fields.Text(); break;
                case 4: span.ParentId = fields.Hex(); break;
                case 5: span.Name = fields.Text(); break;
                case 6: span.Kind = (int)fields.Number(); break;
                case 7: span.StartedNs = Nanoseconds(fields.Number()); break;
                case 8: span.EndedNs = Nanoseconds(fields.Number()); break;
                case 9: span.Attributes.Add(ReadPair(fields.Bytes(), 0)); break;
                case 11: span.Events.Add(ReadEvent(fields.Bytes())); break;
                case 13: span.Links.Add(ReadLink(fields.Bytes())); break;
                case 15: ReadStatus(fields.Bytes(), span); break;
                default: fields.Skip(); break;
            }
        }

        return span;
    }

    private static OtlpEvent ReadEvent(ReadOnlySpan<byte> message)
    {
        var made = new OtlpEvent();
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: made.TimeNs = Nanoseconds(fields.Number()); break;
                case 2: made.Name = fields.Text(); break;
                case 3: made.Attributes.Add(ReadPair(fields.Bytes(), 0)); break;
                default: fields.Skip(); break;
            }
        }

        return made;
    }

    private static OtlpLink ReadLink(ReadOnlySpan<byte> message)
    {
        var link = new OtlpLink();
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: link.TraceId = fields.Hex(); break;
                case 2: link.SpanId = fields.Hex(); break;
                case 3: link.TraceState = fields.Text(); break;
                case 4: link.Attributes.Add(ReadPair(fields.Bytes(), 0)); break;
                default: fields.Skip(); break;
            }
        }

        return link;
    }

    private static void ReadStatus(ReadOnlySpan<byte> message, OtlpSpan span)
    {
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 2: span.StatusMessage = fields.Text(); break;
                case 3: span.StatusCode = (int)fields.Number(); break;
                default: fields.Skip(); break;
            }
        }
    }

    private static OtlpPair ReadPair(ReadOnlySpan<byte> message, int depth)
    {
        var (key, value) = ("", (object?)null);
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: key = fields.Text(); break;
                case 2: value = ReadValue(fields.Bytes(), depth); break;
                default: fields.Skip(); break;
            }
        }

        return new(key, value);
    }

    private static object? ReadValue(ReadOnlySpan<byte> message, int depth)
    {
        if (depth > DepthMax)
            throw new FormatException($"A value of an attribute is nested more than {DepthMax} times.");
        object? value = null;
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1: value = fields.Text(); break;
                case 2: value = fields.Number() != 0; break;
                case 3: value = (long)fields.Number(); break;
                case 4: value = fields.Double(); break;
                case 5: value = ReadList(fields.Bytes(), depth + 1); break;
                case 6: value = ReadPairs(fields.Bytes(), depth + 1); break;
                case 7: value = fields.Bytes().ToArray(); break;
                default: fields.Skip(); break;
            }
        }

        return value;
    }

    private static List<object?> ReadList(ReadOnlySpan<byte> message, int depth)
    {
        var list = new List<object?>();
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
                list.Add(ReadValue(fields.Bytes(), depth));
            else
                fields.Skip();
        }

        return list;
    }

    private static List<OtlpPair> ReadPairs(ReadOnlySpan<byte> message, int depth)
    {
        var pairs = new List<OtlpPair>();
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            if (fields.Field == 1)
                pairs.Add(ReadPair(fields.Bytes(), depth));
            else
                fields.Skip();
        }

        return pairs;
    }

    private static long Nanoseconds(ulong time) => time <= long.MaxValue ? (long)time : long.MaxValue;
}
