using System.Collections;
using Assay.Governance;
using Assay.Inference.Processes;
using Assay.Kernel;
using Assay.Pipelines;
using Assay.Server.Hosting;

namespace Assay.Tests.Hosting;

/// <summary>Settings that are lists, of which one value would be bound to nothing.</summary>
public sealed class ListSettingsTests
{
    [Fact]
    public async Task One_value_in_the_place_of_a_list_is_refused_with_the_right_spelling()
    {
        foreach (var path in ListSettings.Paths)
        {
            var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestServer.Start(settings: new() { [path] = "python3" }));
            Assert.Contains($"ASSAY_{path.Replace(":", "__", StringComparison.Ordinal)}__0=python3", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Entries_with_numbers_are_taken()
    {
        await using var server = await TestServer.Start(settings: new() { ["ModelProcesses:AllowedPrograms:0"] = "python3" });

        Assert.NotNull(server.Address);
    }

    [Fact]
    public void Every_list_of_options_stands_among_them()
    {
        var lists = new[] { typeof(ProcessOptions), typeof(GovernanceModule), typeof(KernelModule), typeof(PipelinesModule) }
            .Select(type => type.Assembly).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties())
            .Where(property => property.CanWrite && typeof(IEnumerable).IsAssignableFrom(property.PropertyType) && property.PropertyType != typeof(string))
            .Where(property => !property.PropertyType.Name.Contains("Dictionary", StringComparison.Ordinal))
            .Select(property => property.Name).Order(StringComparer.Ordinal);

        Assert.Equal(ListSettings.Paths.Select(path => path.Split(':')[1]).Order(StringComparer.Ordinal), lists);
    }
}
