using Assay.Tracking.Runs;

namespace Assay.Tests.Tracking;

public sealed class RunKeysTests
{
    [Theory]
    [InlineData("auc")]
    [InlineData("system/cpu usage")]
    [InlineData("mlflow.source.git.commit")]
    [InlineData("a-b_c:d")]
    public void A_key_that_MLflow_takes_is_taken(string key) => RunKeys.Check(key);

    [Theory]
    [InlineData("")]
    [InlineData("/absolute")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("quote'")]
    [InlineData("tab\t")]
    public void A_key_that_MLflow_refuses_is_refused(string key) => Assert.Throws<ArgumentException>(() => RunKeys.Check(key));

    [Fact]
    public void A_key_of_more_than_250_characters_is_refused()
    {
        RunKeys.Check(new string('k', 250));
        Assert.Throws<ArgumentException>(() => RunKeys.Check(new string('k', 251)));
    }
}
