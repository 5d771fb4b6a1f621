namespace Assay.Statistics.Sketches;

/// <summary>Sketches of quantiles as bytes, so that replicas can send them and a database can keep them.</summary>
public static class QuantileSketchBytes
{
    private const byte Form = 1;
    private const int LevelsMax = 61;
    private const int AccuracyMax = 1 << 16;

    /// <summary>The sketch as bytes, for <see cref="Parse"/>; about 8 bytes for each number that it retains.</summary>
    public static byte[] ToBytes(this QuantileSketch sketch)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(Form);
            writer.Write(sketch.Accuracy);
            writer.Write(sketch.Min);
            writer.Write(sketch.Max);
            writer.Write(sketch.Levels.Count);
            foreach (var level in sketch.Levels)
            {
                writer.Write(level.Count);
                foreach (var value in level)
                    writer.Write(value);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">Of one sketch.</param>
    /// <param name="seed">Of the coin by which the sketch goes on; another one for each sketch that is to be merged.</param>
    /// <exception cref="FormatException">The bytes are no sketch.</exception>
    public static QuantileSketch Parse(byte[] bytes, int seed = 1)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            var (form, accuracy, min, max, count) = (reader.ReadByte(), reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32());
            if (form != Form || accuracy is < QuantileSketch.AccuracyMin or > AccuracyMax || count is < 1 or > LevelsMax)
                throw new FormatException("The bytes are no sketch of quantiles.");
            var levels = new List<List<double>>();
            for (var level = 0; level < count; level++)
            {
                var left = reader.ReadInt32();
                var values = new List<double>(Math.Clamp(left, 0, bytes.Length / sizeof(double)));
                for (; left > 0; left--)
                    values.Add(reader.ReadDouble());
                if (values.Exists(value => !(value >= min && value <= max)))
                    throw new FormatException("A value of the sketch of quantiles lies outside of its range.");
                levels.Add(values);
            }

            return QuantileSketch.Of(accuracy, seed, levels, min, max);
        }
        catch (EndOfStreamException problem)
        {
            throw new FormatException("The sketch of quantiles ends too early.", problem);
        }
    }
}
