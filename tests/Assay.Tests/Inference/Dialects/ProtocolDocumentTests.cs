using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Every request of the pages about protocols is sent, and its answer is the one that the page shows.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reference/protocols.md", 6, "churn")]
    [InlineData("reference/serving-models.md", 3, "top")]
    public async Task Every_request_is_answered_as_the_page_says(string page, int requests, string model)
    {
        var folder = Directory.CreateTempSubdirectory("assay-doc-").FullName;
        try
        {
            if (model == "top")
                await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), OperatorModels.All["greatest three"].Graph, Cancel);
            else
                TinyModel.WriteTo(folder);
            await using var server = await ServeHost.Start(new ServeOptions(folder, 0, Name: model), Cancel);
            using var http = new HttpClient();
            var exchanges = Exchange().Matches(await File.ReadAllTextAsync(Path.Combine(Docs(), page), Cancel));
            Assert.Equal(requests, exchanges.Count);
            foreach (Match exchange in exchanges)
            {
                using var content = new StringContent(exchange.Groups["body"].Value, Encoding.UTF8, "application/json");
                using var answer = await http.PostAsync(new Uri(server.Addresses.Predict, exchange.Groups["path"].Value), content, Cancel);
                var body = await answer.Content.ReadAsStringAsync(Cancel);
                Assert.Equal(exchange.Groups["status"].Value, ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
                Assert.Equal(Rounded(exchange.Groups["answer"].Value), Rounded(body));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The last digit of a sigmoid is the processor's own.
    private static string Rounded(string json) => Fraction().Replace(
        JsonSerializer.Serialize(JsonElement.Parse(json)), number => Math.Round(double.Parse(number.Value, CultureInfo.InvariantCulture), 5).ToString(CultureInfo.InvariantCulture));

    private static string Docs([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../../docs");

    [GeneratedRegex("^```json POST (?<path>\\S+)\n(?<body>.*?)^```\n+```json (?<status>\\d+)\n(?<answer>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Exchange();

    [GeneratedRegex(@"0\.\d{5,}")]
    private static partial Regex Fraction();
}
