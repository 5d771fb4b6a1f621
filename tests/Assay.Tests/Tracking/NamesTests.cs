using Assay.Tracking;

namespace Assay.Tests.Tracking;

public sealed class NamesTests
{
    [Theory]
    [InlineData("auc")]
    [InlineData("system/cpu usage")]
    [InlineData("mlflow.source.git.commit")]
    [InlineData("a-b_c:d")]
    public void A_key_that_MLflow_takes_is_taken(string key) => Names.Check(key);

    [Theory]
    [InlineData("")]
    [InlineData("/absolute")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("quote'")]
    [InlineData("tab\t")]
    public void A_key_that_MLflow_refuses_is_refused(string key) => Assert.Throws<ArgumentException>(() => Names.Check(key));

    [Fact]
    public void A_key_of_more_than_250_characters_is_refused()
    {
        Names.Check(new string('k', 250));
        Assert.Throws<ArgumentException>(() => Names.Check(new string('k', 251)));
    }
}
