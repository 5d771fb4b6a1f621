using System.Text;
using Assay.Inference.Requests;

namespace Assay.Tests.Inference;

public sealed class RequestReaderFuzzTests
{
    private const int Rounds = 30_000;

    private static readonly string[] Seeds =
    [
        """[[30,12.5,"plus"],[31,null,"basic"]]""",
        """ {"instances" : [ [3e1, -0.125, "größer"], [31.25,null,null]]} """,
        """[[30,12.5,"plus"],[31,-0.25,"basic"], [42.5, 1234.5678, "größer"],[29,null,null],[0,-9876543210.12345,"plus"],[18,123456789.12345678,"basic"], [-7, 0.000001, "plus"]]""",
        """{"dataframe_split":{"columns":["plan","age","balance"],"index":[7],"data":[["plus",30,12.5]]}}""",
        """[{"plan":"plus","balance":12.5,"age":30},{"age":1,"balance":null,"plan":null}]""",
        """{"dataframe_records":[{"plan":"gr\u00f6\u00dfer","balance":1.25e1,"age":30.0},{"age":1,"balance":true,"plan":null}]}""",
    ];

    private static readonly string[] Tokens =
        ["[", "]", "{", "}", ",", ":", "\"", "\\", "null", "true", "NaN", "-", "1e999", "\\ud800", "dataframe_split", "data", "columns", "age", " ", "\u00ff"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_requests_are_read_or_refused_in_words_but_never_fail(int seed)
    {
        var reader = new RequestReader(TinyModel.Schema);
        var random = new Random(seed);
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Damage(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
            try
            {
                using var rows = reader.Read(body);
                read++;
            }
            catch (InvalidInputException problem)
            {
                refused++;
                Assert.InRange(problem.Message.Length, 20, 600);
            }
        }

        Assert.True(read > 500 && refused > 500, $"{read} read, {refused} refused: the damage teaches nothing");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void The_short_way_reads_what_the_long_one_reads_and_refuses_nothing_that_it_takes(int seed)
    {
        var columns = new InputColumns(TinyModel.Schema);
        var reader = new RequestReader(columns);
        var random = new Random(seed);
        var plain = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var body = Damage(Encoding.UTF8.GetBytes(Seeds[random.Next(3)]), random);
            using var rows = new PredictionRows(columns.Inputs.Length);
            if (!new PlainRows(body, columns, rows).TryRead())
                continue;
            plain++;
            using var whole = new PredictionRows(columns.Inputs.Length);
            reader.ReadWhole(body, whole);
            Assert.Equal(whole.Cells.ToArray(), rows.Cells.ToArray());
        }

        Assert.True(plain > 500, $"{plain} went the short way: the damage teaches nothing");
    }

    private static byte[] Damage(byte[] body, Random random)
    {
        var damaged = body.ToList();
        for (var times = random.Next(4); times > 0; times--)
        {
            var at = random.Next(damaged.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < damaged.Count:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1 when at < damaged.Count:
                    damaged.RemoveRange(at, random.Next(damaged.Count - at));
                    break;
                case 2:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    damaged.InsertRange(at, damaged.Skip(random.Next(damaged.Count + 1)).Take(random.Next(20)).ToArray());
                    break;
            }
        }

        return [.. damaged];
    }
}
