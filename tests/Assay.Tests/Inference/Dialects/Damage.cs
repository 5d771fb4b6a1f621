using System.Text;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Damages bodies as broken clients and strangers would, the same way for the same seed.</summary>
internal static class Damage
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "[[", "]]", ",", ":", "\"", "\\", "null", "true", "NaN", "-", "-1", "0", "1e999", "1e-400", "9223372036854775808", "\"\\ud800\"", "\\u0000", " ", "\n", "\u00ff",
        "\"inputs\":", "\"outputs\":[{\"name\":\"z\"}],", "\"instances\":", "\"dataframe_split\":", "\"dataframe_records\":", "\"columns\":", "\"data\":", "\"params\":{\"explain\":false},",
        "\"parameters\":{\"binary_data_size\":7},", "\"parameters\":{\"binary_data_output\":true},", "\"shape\":[-1],", "\"shape\":[4611686018427387904,4],", "\"datatype\":\"BF16\",", "\"datatype\":\"FP99\",",
        "\"name\":\"age\",", "{\"b64\":\"AAAA\"}", "{\"b64\":7}", "[[[[[[[[[[[[[[[[[[[[", "\"age\":", "\"plan\"", "\r\n", "\"\"",
    ];

    public static byte[] Of(byte[] body, Random random)
    {
        var damaged = body.ToList();
        for (var times = random.Next(5); times > 0; times--)
        {
            var at = random.Next(damaged.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < damaged.Count:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1 when at < damaged.Count:
                    damaged.RemoveRange(at, random.Next(damaged.Count - at));
                    break;
                case 2 when at < damaged.Count:
                    damaged.RemoveRange(at, Math.Min(random.Next(12), damaged.Count - at));
                    break;
                case 3:
                    damaged.InsertRange(at, damaged.Skip(random.Next(damaged.Count + 1)).Take(random.Next(30)).ToArray());
                    break;
                default:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }

        return [.. damaged];
    }

    /// <summary>Pieces in any order, of which now and then a body is made.</summary>
    public static byte[] Anything(Random random) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => Pieces[random.Next(Pieces.Length)])));
}
