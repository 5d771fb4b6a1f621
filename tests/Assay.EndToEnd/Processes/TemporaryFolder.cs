using System.Globalization;

namespace Assay.EndToEnd.Processes;

/// <summary>A folder for one test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("assay-e2e-").FullName;

    /// <summary>A home in it that does not exist yet.</summary>
    public string Home => System.IO.Path.Combine(Path, "home");

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A small table with an honest signal: two numbers and a category that together decide most of <c>bought</c>.</summary>
    public string WriteSmallTable(string name = "small.csv", int rows = 600)
    {
        var random = new Random(7);
        var lines = new List<string> { "age,income,city,bought" };
        for (var i = 0; i < rows; i++)
        {
            var (age, income) = (18 + random.Next(60), Math.Round(20 + 60 * random.NextDouble(), 2));
            var city = random.Next(3) switch { 0 => "Graz", 1 => "Linz", _ => "Wels" };
            var logit = 0.06 * (age - 45) + 0.05 * (income - 50) + (city == "Graz" ? 0.8 : 0);
            var bought = random.NextDouble() < 1 / (1 + Math.Exp(-1.6 * logit)) ? "yes" : "no";
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{age},{income},{city},{bought}"));
        }

        return Write(name, string.Join('\n', lines) + "\n");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
