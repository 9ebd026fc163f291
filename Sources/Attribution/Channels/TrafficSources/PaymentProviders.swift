/// Hosts on which a purchase is paid or confirmed before the customer comes back to the site.
///
/// Such a return is the same visit: crediting it would take the sale from whoever brought the
/// customer. A configuration's `ignored_referrers` starts with these.
package enum PaymentProviders {
  package static let hosts: [NormalizedText] = names.map { NormalizedText($0) }

  private static let names = [
    // Wallets and card processors.
    "paypal.com", "checkout.stripe.com", "pay.stripe.com", "hooks.stripe.com",
    "connect.stripe.com", "adyen.com", "checkout.com", "braintreegateway.com",
    "authorize.net", "worldpay.com", "cybersource.com", "squareup.com", "pay.google.com",
    "pay.amazon.com", "payments.amazon.com", "shop.app",
    "checkout.shopify.com", "pay.shopify.com", "mollie.com", "multisafepay.com", "buckaroo.nl",
    "pay.nl", "payone.com", "computop-paygate.com", "saferpay.com", "datatrans.com",
    "unzer.com", "sumup.com", "ogone.com", "ingenico.com", "payengine.de",
    "sagepay.com", "opayo.co.uk", "gocardless.com", "2checkout.com", "paddle.com",
    "fastspring.com", "payu.com", "payu.in", "przelewy24.pl", "tpay.com", "dotpay.pl",
    "gopay.com", "comgate.cz", "nets.eu", "quickpay.net", "bambora.com", "redsys.es",
    "sermepa.es", "sibs.pt", "iyzipay.com", "iyzico.com", "razorpay.com", "ccavenue.com",
    "paytm.in", "phonepe.com", "mercadopago.com", "mercadopago.com.br", "pagseguro.uol.com.br",
    "alipay.com", "pay.weixin.qq.com", "tosspayments.com", "payfast.co.za", "paystack.com",
    "flutterwave.com", "yookassa.ru", "robokassa.ru",
    // Paying later, and paying from a bank account.
    "klarna.com", "afterpay.com", "clearpay.co.uk", "affirm.com", "sezzle.com", "zip.co",
    "scalapay.com", "riverty.com", "sofort.com", "giropay.de", "paydirekt.de", "trustly.com",
    "ideal.nl", "bancontact.com", "twint.ch", "swish.nu", "vipps.no", "mobilepay.dk", "blik.com",
    // The bank asking whether it is really the customer.
    "arcot.com", "3dsecure.io", "cardinalcommerce.com", "securesuite.co.uk", "modirum.com",
    "rsa3dsauth.com", "3dsecure.no",
  ]
}
