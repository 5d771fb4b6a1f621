using System.CommandLine;
using System.Runtime.CompilerServices;
using Assay.Inference.Models;
using Assay.Serve;
using YamlDotNet.RepresentationModel;

namespace Assay.Tests.Inference;

/// <summary>The slim server as a program of its own: its words, what it says at its start, and that it reads no type at run time.</summary>
public sealed class SlimProgramTests
{
    private static readonly ListenAddresses Addresses = new(new("http://127.0.0.1:8080/predict"), null);

    [Fact]
    public async Task A_version_of_the_platforms_registry_is_refused_with_what_to_do_instead()
    {
        using var sources = new ServeSources(null);

        var refused = await Assert.ThrowsAsync<ServeRefusedException>(() => sources.Add(new(), "models:/churn/3", TestContext.Current.CancellationToken));

        Assert.Contains("oci://", refused.Message, StringComparison.Ordinal);
        Assert.Empty(sources.Packages);
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_folder_is_refused_with_what_to_do_with_it()
    {
        using var sources = new ServeSources(null);

        var refused = await Assert.ThrowsAsync<ServeRefusedException>(() => sources.Add(new(), Manifest(), TestContext.Current.CancellationToken));

        Assert.Contains("inference-service.yaml is a file, ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'assay model register'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a/b:3")]
    public void A_name_that_no_address_can_have_is_refused(string name) =>
        Assert.Contains("'a/b' is no name for a model", Assert.Throws<ServeRefusedException>(() => ServedAs.Parse(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Its_addresses_are_said_in_json_and_in_words()
    {
        var one = StartupReport.Of(new("/m/churn", 8080, Name: "churn"), Addresses);
        var two = StartupReport.Of(new("/m/churn", 8080, Name: "churn") { More = [new("größer", "/m/b", "9"), new("größer", "/m/c", "10")] }, Addresses with { Metrics = new("http://127.0.0.1:9100/metrics") });

        Assert.Equal(
            """{"model":"churn","predict":"http://127.0.0.1:8080/predict","metrics":null,"models":[{"model":"churn","versions":["1"],"predict":"http://127.0.0.1:8080/predict"}]}""",
            one.Json().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("churn answers at POST http://127.0.0.1:8080/predict\nCtrl-C stops it.\n", one.Text().ReplaceLineEndings("\n"));
        Assert.Contains("größer, versions 10, 9, answers at POST http://127.0.0.1:8080/endpoints/größer/predict", two.Text(), StringComparison.Ordinal);
        Assert.Contains("Metrics for Prometheus at http://127.0.0.1:9100/metrics", two.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_of_the_container_under_KServe_are_the_programs()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Manifest())));
        var args = yaml.Documents[0].AllNodes.OfType<YamlMappingNode>().SelectMany(node => node.Children)
            .Where(child => child.Key.ToString() == "args").SelectMany(child => (YamlSequenceNode)child.Value).Select(word => word.ToString()).ToArray();
        var command = new RootCommand();
        ServeArguments.AddTo(command);
        command.SetAction(_ => 0);

        Assert.NotEmpty(args);
        Assert.Empty(command.Parse(args).Errors);
    }

    // In a program that is compiled ahead of time such a type would fail at the first request.
    [Fact]
    public void Only_types_whose_json_was_compiled_are_read_and_written() =>
        Assert.Throws<NotSupportedException>(() => PackageJson.Of<SlimProgramTests>());

    private static string Manifest([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../deploy/serve/inference-service.yaml");
}
